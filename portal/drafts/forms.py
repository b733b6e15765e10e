"""Between a form as it is typed and the values a draft keeps."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import ApiKey, Client
from portal.accounts.scope import Scope
from portal.drafts.models import Draft
from portal.drafts.queries import drafts

# What an edit of something that exists was begun with: kept with the values, and none of them.
STARTED_FROM = "started_from"
# What a form carries about its draft; none of it is part of the values.
CARRIED = frozenset(
    {
        "csrfmiddlewaretoken",
        "draft",
        "version",
        "draft_kind",
        "draft_title",
        "draft_parent",
        "next",
        "form_token",
        "client",
        "api_key",
    }
)


def typed_values(data: QueryDict) -> dict[str, Any]:
    """Everything typed so far: a text each, or a list where a name occurs more than once."""
    return {
        name: texts if len(texts) > 1 else texts[0]
        for name, texts in data.lists()
        if name not in CARRIED and texts
    }


def data_of(draft: Draft) -> QueryDict:
    """The values as a browser would send them, to bind a form with them again."""
    data = QueryDict(mutable=True)
    for name, value in draft.values.items():
        data.setlist(name, [str(item) for item in value] if isinstance(value, list) else [str(value)])
    for name, pk in _payer(draft).items():
        data[name] = str(pk)
    return data


def _payer(draft: Draft) -> dict[str, int]:
    """Client and key are columns of a draft but fields of its form."""
    found = {"client": draft.client_id, "api_key": draft.api_key_id}
    return {name: pk for name, pk in found.items() if pk is not None}


class DraftForm(forms.Form):
    """The envelope every autosaved form is sent in: which kind, which draft, at which version."""

    draft_kind = forms.CharField(max_length=60)
    draft_title = forms.CharField(required=False)
    draft_parent = forms.IntegerField(required=False)
    draft = forms.ModelChoiceField(Draft.objects.none(), required=False)
    version = forms.IntegerField(required=False)
    client = forms.ModelChoiceField(Client.objects.none(), required=False)
    api_key = forms.ModelChoiceField(ApiKey.objects.none(), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["draft"].queryset = drafts(scope)  # type: ignore[attr-defined]
        self.fields["client"].queryset = scope.clients()  # type: ignore[attr-defined]
        self.fields["api_key"].queryset = ApiKey.objects.filter(account=scope.account)  # type: ignore[attr-defined]

    def clean_draft_kind(self) -> str:
        kind: str = self.cleaned_data["draft_kind"]
        if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", kind):
            raise ValidationError(_("This is no kind of form we know."))
        return kind
