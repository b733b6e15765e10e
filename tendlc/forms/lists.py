"""What lists are filtered and sorted by. An address with values nobody knows shows everything: no error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import ApiKey, Client
from portal.accounts.scope import Scope
from tendlc import queries
from tendlc.enums import BrandState, EntityType, NumberState, VettingState
from tendlc.forms.choices import states_of
from tendlc.models import Brand, Campaign, NumberLink, Vetting

Row = TypeVar("Row", bound=Model)

BRAND_ORDERS: Final = {"newest": "-created_at", "name": "display_name", "state": "state"}
NUMBER_ORDERS: Final = {"newest": "-id", "number": "number", "state": "state"}
VETTING_ORDERS: Final = {"newest": "-id", "state": "state"}
OWNED_ORDERS: Final = {"number": "number", "newest": "-id"}
ORDER_NAMES: Final = {
    "newest": _("Newest first"),
    "name": _("By name"),
    "number": _("By number"),
    "state": _("By state"),
}


def _any(label: Any, choices: Any) -> list[tuple[str, Any]]:
    return [("", label), *choices]


class ListFilter(forms.Form):
    """`chosen` holds what was understood; the rest counts as not given."""

    q = forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    orders: dict[str, str] = {}
    # Which column each field narrows, the state apart.
    columns: Mapping[str, str] = {}

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["order"] = forms.ChoiceField(
            label=_("Order"), required=False, choices=[(name, ORDER_NAMES[name]) for name in self.orders]
        )

    def _offer_clients(self) -> None:
        """The choice is hidden while there is only one."""
        clients = list(self.scope.clients())
        if len(clients) < 2:
            del self.fields["client"]
            return
        field: Any = self.fields["client"]
        field.queryset = Client.objects.filter(pk__in=[client.pk for client in clients])
        field.choices = _any(_("All clients"), [(client.pk, client.name) for client in clients])

    def _offer_keys(self) -> None:
        keys = list(ApiKey.objects.filter(account=self.scope.account).order_by("label", "pk"))
        if len(keys) < 2:
            del self.fields["key"]
            return
        field: Any = self.fields["key"]
        field.queryset = ApiKey.objects.filter(account=self.scope.account)
        field.choices = _any(_("All API keys"), [(key.pk, str(key)) for key in keys])

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows that the chosen fields leave, words apart."""
        chosen = self.chosen
        if "state" in chosen:
            rows = queries.in_state(rows, chosen["state"])
        return rows.filter(
            **{column: chosen[name] for name, column in self.columns.items() if name in chosen}
        )

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return any(name != "order" for name in self.chosen)

    @property
    def order(self) -> str:
        return self.orders[self.chosen.get("order", next(iter(self.orders)))]


class BrandFilter(ListFilter):
    columns = {"type": "entity_type", "client": "client", "key": "api_key"}
    state = forms.ChoiceField(label=_("State"), required=False, choices=states_of(BrandState))
    type = forms.ChoiceField(
        label=_("Legal form"), required=False, choices=_any(_("All legal forms"), EntityType.choices)
    )
    client = forms.ModelChoiceField(Client.objects.none(), label=_("Client"), required=False)
    key = forms.ModelChoiceField(ApiKey.objects.none(), label=_("API key"), required=False)
    orders = BRAND_ORDERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_clients()
        self._offer_keys()

    def apply(self) -> QuerySet[Brand]:
        return self.narrow(queries.brand_search(queries.brands(self.scope), self.chosen.get("q", "")))


class NumberFilter(ListFilter):
    columns = {"client": "client", "campaign": "campaign"}
    state = forms.ChoiceField(label=_("State"), required=False, choices=states_of(NumberState))
    client = forms.ModelChoiceField(Client.objects.none(), label=_("Client"), required=False)
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label=_("Campaign"), required=False, widget=forms.HiddenInput
    )
    orders = NUMBER_ORDERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_clients()
        field: Any = self.fields["campaign"]
        field.queryset = self.scope.rows(Campaign.objects.all())

    def apply(self) -> QuerySet[NumberLink]:
        return self.narrow(
            queries.number_search(queries.numbers(self.scope), self.chosen.get("q", ""), self.scope)
        )


class VettingFilter(ListFilter):
    columns = {"client": "client"}
    state = forms.ChoiceField(label=_("State"), required=False, choices=states_of(VettingState))
    client = forms.ModelChoiceField(Client.objects.none(), label=_("Client"), required=False)
    orders = VETTING_ORDERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_clients()

    def apply(self) -> QuerySet[Vetting]:
        return self.narrow(
            queries.vetting_search(queries.vettings(self.scope), self.chosen.get("q", ""), self.scope)
        )


class OwnedFilter(ListFilter):
    """The numbers the keys own: free, or linked and where."""

    where = forms.ChoiceField(
        label=_("Linked"),
        required=False,
        choices=_any(_("Free and linked"), [("free", _("Free")), ("linked", _("Linked"))]),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=_any(_("All countries"), [("US", _("United States")), ("CA", _("Canada"))]),
    )
    key = forms.ModelChoiceField(ApiKey.objects.none(), label=_("API key"), required=False)
    orders = OWNED_ORDERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_keys()
