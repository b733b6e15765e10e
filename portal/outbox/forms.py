"""What operations are narrowed and sorted by. An address with values nobody knows shows everything: no error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import ApiKey
from portal.accounts.scope import Scope
from portal.outbox import queries
from portal.outbox.claims import PARENT_DONE
from portal.outbox.enums import OPEN_STATES, OperationState
from portal.outbox.kinds import labels
from portal.outbox.models import Operation

HELD: Final = Q(state=OperationState.READY) & (
    Q(api_key__refused_at__isnull=False) | Q(api_key__is_active=False) | ~Q(waiting_for="") | ~PARENT_DONE
)
# What the list can be narrowed to, by the word in its address; each is a question people ask.
VIEWS: Final[Mapping[str, tuple[Any, Q]]] = {
    "open": (_("Open"), Q(state__in=OPEN_STATES)),
    "approval": (_("Awaiting approval"), Q(state=OperationState.AWAITING_APPROVAL)),
    "ready": (_("Ready to send"), Q(state=OperationState.READY)),
    "held": (_("Ready, but held up"), HELD),
    "sending": (_("Being sent"), Q(state=OperationState.SENDING)),
    "unknown": (_("Answer not known yet"), Q(state=OperationState.UNKNOWN)),
    "review": (_("Needs a person"), Q(state=OperationState.REVIEW)),
    "refused": (_("Refused"), Q(state=OperationState.REFUSED)),
    "done": (_("Done"), Q(state=OperationState.APPLIED)),
    "cancelled": (_("Taken back"), Q(state=OperationState.CANCELLED)),
}
ORDERS: Final = {"newest": "-id", "oldest": "id"}
# Which column each further field narrows.
COLUMNS: Final = {"kind": "kind", "key": "api_key", "client": "client"}


class OperationFilter(forms.Form):
    """`chosen` holds what was understood; the rest counts as not given."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("Code, name, number or id"), "maxlength": 200}),
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All")), *((name, label) for name, (label, _wanted) in VIEWS.items())],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    key = forms.ChoiceField(label=_("API key"), required=False)
    client = forms.ChoiceField(label=_("Client"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("newest", _("Newest first")), ("oldest", _("Oldest first"))],
    )

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        super().__init__(data, auto_id="%s")
        self.scope = scope
        keys = ApiKey.objects.filter(account=scope.account).order_by("label", "pk")
        self._offer("kind", _("All kinds"), sorted(labels().items(), key=lambda one: one[1]))
        self._offer("key", _("All API keys"), [(str(key.pk), str(key)) for key in keys])
        self._offer("client", _("All clients"), [(str(one.pk), one.name) for one in scope.clients()])
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
        self.is_valid()

    def _offer(self, name: str, all_of_them: Any, choices: list[tuple[str, str]]) -> None:
        """A choice is hidden while there is only one."""
        if len(choices) < 2:
            del self.fields[name]
            return
        field: Any = self.fields[name]
        field.choices = [("", all_of_them), *choices]

    @property
    def chosen(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value and name != "order"}

    @property
    def ordering(self) -> str:
        return ORDERS[self.cleaned_data.get("order") or "newest"]

    def apply(self) -> QuerySet[Operation]:
        """The rows that are left, with what their standing is told by."""
        chosen = self.chosen
        rows = queries.operations(self.scope).select_related("depends_on")
        if "show" in chosen:
            rows = rows.filter(VIEWS[chosen["show"]][1])
        rows = rows.filter(**{column: chosen[name] for name, column in COLUMNS.items() if name in chosen})
        return queries.operation_search(rows, chosen.get("q", "")[:200])
