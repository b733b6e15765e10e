"""Finding any object by what a person remembers of it: one list of hits over both the outbox and 10DLC."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Scope
from portal.outbox import queries as outbox
from portal.outbox.kinds import label_of
from portal.records.search import words_of
from tendlc import queries
from tendlc.enums import Presence
from tendlc.messages import path_of

HITS = 6


@dataclass(frozen=True)
class Hit:
    """One object found: its name, what tells it from others of that name, where it stands, and its page."""

    name: str
    detail: str
    state: str
    colour: str
    path: str


@dataclass(frozen=True)
class Group:
    """The hits of one kind; `more` leads to its list with the same words."""

    label: Any
    hits: Sequence[Hit]
    more: str


def search(scope: Scope, text: str) -> list[Group]:
    """What matches in every word, a few of each kind, newest first; nothing for no words."""
    if not words_of(text):
        return []
    account = [scope.account.pk]
    found: list[tuple[Any, str, Iterable[Any], Callable[[Any], Hit]]] = [
        (_("Brands"), "tendlc:brands", queries.brand_search(queries.brands(scope), text), _brand),
        (
            _("Campaigns"),
            "tendlc:campaigns",
            queries.campaign_search(queries.campaigns(scope), text, queries.brands(scope)),
            _campaign,
        ),
        (_("Numbers"), "tendlc:numbers", queries.number_search(queries.numbers(scope), text, scope), _number),
        (
            _("Vettings"),
            "tendlc:vettings",
            queries.vetting_search(queries.vettings(scope), text, scope),
            _vetting,
        ),
        (
            _("Operations"),
            "outbox:operations",
            outbox.operation_search(outbox.operations(scope), text),
            _operation,
        ),
    ]
    groups = []
    for label, page, rows, told in found:
        hits = list(rows.order_by("-id")[: HITS + 1])  # type: ignore[attr-defined]
        if hits:
            more = reverse(page, args=account) if len(hits) > HITS else ""
            groups.append(Group(label, [told(row) for row in hits[:HITS]], more))
    return groups


def _hit(row: Any, detail: str) -> Hit:
    """What is not at Vonage any more is in no state there, whatever was seen last."""
    if row.gone_at:
        return Hit(str(row), detail, str(Presence.GONE.label), Presence.GONE.badge, path_of(row))
    return Hit(str(row), detail, str(row.get_state_display()), row.badge, path_of(row))


def _brand(row: Any) -> Hit:
    return _hit(row, row.company_name if row.company_name != str(row) else row.remote_id)


def _campaign(row: Any) -> Hit:
    return _hit(row, f"{row.brand} · {row.get_use_case_display()}")


def _number(row: Any) -> Hit:
    return _hit(row, f"{row.campaign} · {row.campaign.brand}")


def _vetting(row: Any) -> Hit:
    return _hit(row, str(row.brand))


def _operation(row: Any) -> Hit:
    path = reverse("outbox:operation", args=[row.account_id, row.pk])
    name = f"{label_of(row.kind)}: {row.object_name}"
    return Hit(name, row.code, str(row.get_state_display()), row.badge, path)
