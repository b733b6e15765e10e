"""What the registry's templates repeat: where a decision leads, and how its state reads."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from portal.history.models import Change
from portal.notices.catalogue import render
from portal.notices.models import Notice
from portal.web.templatetags.portal_ui import badge
from registry.enums import DecisionState
from registry.messages import path_of, path_of_type
from registry.models import Decision

register = template.Library()


@register.simple_tag
def profile_url(decision: Decision) -> str:
    """The page of the profile a decision is about."""
    return path_of(decision.application_profile or decision.business_profile)


@register.simple_tag
def changed_url(change: Change) -> str:
    """The page of the profile that changed."""
    return path_of_type(change.account_id, change.object_type, change.object_id)


@register.simple_tag
def decision_badge(decision: Decision) -> SafeString:
    state = DecisionState(decision.state)
    return badge(state.label, state.badge)


@register.simple_tag
def decision_words(state: str) -> Any:
    """A stored state in words; one nobody knows any more is shown as it is."""
    return DecisionState(state).label if state in DecisionState.values else state


@register.simple_tag
def notice_title(notice: Notice) -> str:
    return render(notice).title
