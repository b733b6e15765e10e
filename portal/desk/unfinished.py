"""Where each kind of draft is continued, and what an unnamed one is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.drafts.models import Draft


@dataclass(frozen=True)
class Form:
    """The page of a form that belongs to no object yet, the page of one that does, and what it is called."""

    alone: str
    of_object: str
    name: Any


FORMS: Final[Mapping[str, Form]] = {
    "tendlc.brand": Form("tendlc:brand_new", "tendlc:brand_again", _("Brand")),
    "tendlc.brand_change": Form("", "tendlc:brand_edit", _("Change of a brand")),
    "tendlc.campaign": Form("", "tendlc:campaign_new", _("Campaign")),
    "tendlc.campaign_change": Form("", "tendlc:campaign_edit", _("Change of a campaign")),
    "registry.business": Form("registry:business_new", "", _("Business profile")),
    "registry.business_change": Form("", "registry:change_edit", _("Change request")),
    "registry.application": Form("", "registry:application_profile_new", _("Application profile")),
}


def draft_path(draft: Draft) -> str:
    """The form with the draft in it."""
    form = FORMS[draft.kind]
    if draft.parent_id and form.of_object:
        page = reverse(form.of_object, args=[draft.account_id, draft.parent_id])
    else:
        page = reverse(form.alone, args=[draft.account_id])
    return f"{page}?draft={draft.pk}"


def draft_label(draft: Draft) -> str:
    """What somebody would recognise it by: its title, else the name that was typed, else what it is."""
    typed = draft.values.get("display_name") or draft.values.get("label")
    return draft.title or str(typed or FORMS[draft.kind].name)
