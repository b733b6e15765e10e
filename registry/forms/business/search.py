"""Finding a business profile: words, filters and order, all of them in the address."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Scope
from registry.models import BusinessProfile, Country
from registry.queries.profiles import business_search

ORDERS: Final = {"newest": "-created_at", "name": "name"}


class BusinessFilter(forms.Form):
    """Nothing in it can be wrong: what nobody offered filters nothing."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("Name, tax number")}),
    )
    country = forms.ChoiceField(label=_("Service in"), required=False)
    client = forms.ChoiceField(label=_("Client"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("newest", _("Newest first")), ("name", _("By name"))]
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = [(str(client.pk), client.name) for client in scope.clients()]
        places = list(Country.objects.values_list("code", "name"))
        self.fields["client"].choices = [("", _("All clients")), *clients]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", _("All countries")), *places]  # type: ignore[attr-defined]
        if len(clients) < 2:
            del self.fields["client"]
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
        self.is_valid()

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list; an unreadable choice is left out."""
        return {name: value for name in ("q", "country", "client") if (value := self.cleaned_data.get(name))}

    @property
    def order(self) -> str:
        return ORDERS[self.cleaned_data.get("sort") or "newest"]

    def apply(self, rows: QuerySet[BusinessProfile]) -> QuerySet[BusinessProfile]:
        chosen = self.chosen
        rows = business_search(rows, chosen.get("q", ""))
        if "country" in chosen:
            rows = rows.filter(countries__country__code=chosen["country"], countries__removed_version=None)
        return rows.filter(client_id=chosen["client"]) if "client" in chosen else rows
