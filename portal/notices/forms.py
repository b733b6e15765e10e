from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Scope
from portal.notices import catalogue, queries


class EmailChoices(forms.Form):
    """Which kinds of notices a person gets by e-mail from one account."""

    wanted = forms.MultipleChoiceField(
        label=_("Send me an e-mail when"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        unwanted = queries.unwanted_kinds(scope)
        kwargs["initial"] = {"wanted": [kind for kind in catalogue.messages if kind not in unwanted]}
        super().__init__(*args, **kwargs)
        choices = [(kind, message.name) for kind, message in catalogue.messages.items()]
        self.fields["wanted"].choices = choices  # type: ignore[attr-defined]


class FollowChoice(forms.Form):
    """Follow one object, or stop."""

    object_type = forms.CharField(max_length=60)
    object_id = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    wanted = forms.BooleanField(required=False)
