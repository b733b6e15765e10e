"""Finding campaigns: words, filters and order, all of them in the address."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Scope
from tendlc import queries
from tendlc.enums import CampaignState, UseCase
from tendlc.forms.choices import states_of
from tendlc.models import Campaign

ORDERS: Final = {"newest": "-created_at", "label": "label", "state": "state"}
# A choice among more is none: then words find a brand, and an address that names one keeps it.
MOST_BRANDS: Final = 50


class CampaignFilter(forms.Form):
    """Nothing in it can be wrong: what nobody offered filters nothing."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("Label, brand, id, code")}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=states_of(CampaignState))
    client = forms.ChoiceField(label=_("Client"), required=False)
    brand = forms.ChoiceField(label=_("Brand"), required=False)
    use_case = forms.ChoiceField(
        label=_("Use case"), required=False, choices=[("", _("All use cases")), *UseCase.choices]
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("newest", _("Newest first")), ("label", _("By label")), ("state", _("By state"))],
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        clients = [(str(client.pk), client.name) for client in scope.clients()]
        self.fields["client"].choices = [("", _("All clients")), *clients]  # type: ignore[attr-defined]
        self.fields["brand"].choices = [("", _("All brands")), *self._brands()]  # type: ignore[attr-defined]
        if len(self.fields["brand"].choices) == 1:  # type: ignore[attr-defined]
            self.fields["brand"].widget = forms.HiddenInput()
        if len(clients) < 2:
            del self.fields["client"]
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
        self.is_valid()

    def _brands(self) -> list[tuple[str, str]]:
        """All, or with very many only the one the address names."""
        rows = queries.brands(self.scope).order_by("display_name", "pk").values_list("pk", "display_name")
        found = list(rows[: MOST_BRANDS + 1])
        if len(found) > MOST_BRANDS:
            named = str(self.data.get("brand", ""))
            found = list(rows.filter(pk=named)) if named.isdecimal() and len(named) < 19 else []
        return [(str(pk), name or str(pk)) for pk, name in found]

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list; an unreadable choice is left out."""
        names = ("q", "state", "client", "brand", "use_case")
        return {name: value for name in names if (value := self.cleaned_data.get(name))}

    @property
    def order(self) -> str:
        return ORDERS[self.cleaned_data.get("sort") or "newest"]

    def apply(self, rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
        chosen = self.chosen
        rows = queries.campaign_search(rows, chosen.pop("q", ""), queries.brands(self.scope))
        if "state" in chosen:
            rows = queries.in_state(rows, chosen.pop("state"))
        columns = {"client": "client_id", "brand": "brand_id"}
        return rows.filter(**{columns.get(name, name): value for name, value in chosen.items()})
