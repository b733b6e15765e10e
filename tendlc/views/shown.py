"""What pages of 10DLC objects show beside the objects: facts and wishes, what happened, what moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.scope import Scope
from portal.history.actions import type_of
from portal.history.models import AuditEntry, Change, Refusal
from portal.history.queries import last_refusals
from portal.outbox.enums import OperationState
from portal.outbox.models import Inquiry, Operation
from portal.outbox.queries import newest_operations
from portal.outbox.words import Standing, standing, taken_back
from portal.records.phones import readable_phone
from tendlc import enums, lifecycle, wire
from tendlc.forms.choices import country_name
from tendlc.forms.fields import readable_tax_number
from tendlc.models import Brand, Campaign, NumberLink
from tendlc.sync import DETAILS

# --- Facts and wishes ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """One value: what Vonage holds and what a person wished for; `differs` in normal form.

    `is_on_its_way` while an operation carries the wish; `elsewhere_at` when Vonage's value was found changed.
    """

    label: Any
    value: str
    wished: str = ""
    differs: bool = False
    is_on_its_way: bool = False
    elsewhere_at: datetime | None = None

    @property
    def is_elsewhere(self) -> bool:
        return self.elsewhere_at is not None


_LABELS: Final = {
    "entity_type": enums.EntityType,
    "vertical": enums.Vertical,
    "stock_exchange": enums.StockExchange,
    "alt_business_id_type": enums.AltBusinessIdType,
}


def readable(name: str, value: str, issuer: str = "") -> str:
    """A stored value of a brand as people read it, the stored word beside a translated one."""
    if name == "ein":
        return readable_tax_number(value, issuer)
    if name in _LABELS and value in _LABELS[name].values:
        return f"{_LABELS[name](value).label} ({value})"
    if name in ("country", "ein_issuing_country") and value:
        return f"{country_name(value)} ({value})"
    if name == "phone" and value:
        return readable_phone(wire.digits(value))
    return value


def brand_facts(labels: Mapping[str, Any], brand: Brand, on_their_way: Collection[str] = ()) -> list[Fact]:
    """Every field that is known or wished for. Before Vonage answered there are only wishes, and no difference."""
    rows, facts, wished = [], brand.raw, brand.wished
    record = wire.Brand.from_json(dict(facts))
    issuer = record.ein_issuing_country or str(wished.get("ein_issuing_country", ""))
    for name, label in labels.items():
        fact, wish = str(getattr(record, name)), str(wished.get(name, ""))
        if fact or wish:
            rows.append(
                Fact(
                    label,
                    readable(name, fact if facts else wish, issuer),
                    readable(name, wish, issuer),
                    differs=bool(facts and wish) and not wire.same(name, fact, wish),
                    is_on_its_way=name in on_their_way,
                    elsewhere_at=wire.moment(brand.elsewhere.get(name)),
                )
            )
    return rows


# --- Where it stands ------------------------------------------------------------------------------

# One word in all three lifecycles: what Vonage refused, and what was taken back here.
REFUSED: Final = enums.BrandState.REFUSED.value
TROUBLED: Final = (enums.NumberState.SUBMITTING, enums.NumberState.REFUSED, enums.NumberState.REJECTED)


def explained(
    axis: enums.Axis, row: Brand | Campaign | NumberLink, newest: Operation | None
) -> lifecycle.Explanation:
    """What the state means, by the newest operation: a wish that was taken back was not refused by Vonage.

    What is not at Vonage any more is in no state there, whatever was seen last.
    Notes on the row whether it was, for its badge.
    """
    is_taken_back = row.state == REFUSED and newest is not None and newest.state == OperationState.CANCELLED
    row.is_taken_back = is_taken_back  # type: ignore[union-attr]
    if row.gone_at:
        return lifecycle.explain_gone(axis)
    if newest is None or not is_taken_back:
        return lifecycle.explain(axis, row.state, row.remote_status)
    told = taken_back(newest)
    return lifecycle.Explanation(told.text, told.next_step)


def mark_taken_back(scope: Scope, axis: enums.Axis, rows: Iterable[Any]) -> None:
    """Let the badges of a list tell refused from taken back; one query, and none where nothing is refused."""
    refused = [row for row in rows if row.state == REFUSED]
    newest = newest_operations(scope, refused)
    for row in refused:
        explained(axis, row, newest.get((type_of(row), row.pk)))


@dataclass(frozen=True)
class NumberRow:
    """A number of a list; the rest is filled in where it waits or was refused.

    `standing` is its operation's, as long as that is not done; `refusal` the no that nobody answered yet.
    """

    link: NumberLink
    explanation: lifecycle.Explanation
    operation: Operation | None = None
    standing: Standing | None = None
    refusal: Refusal | None = None

    @property
    def state(self) -> enums.NumberState:
        return enums.NumberState(self.link.state)


def number_rows(scope: Scope, links: Sequence[NumberLink]) -> list[NumberRow]:
    """The numbers with what is under way or holds them up, read with two queries for all of them."""
    troubled = [link for link in links if link.state in TROUBLED]
    newest, refusals = newest_operations(scope, links), last_refusals(scope, troubled)
    rows = []
    for link in links:
        operation = newest.get((type_of(link), link.pk))
        if operation is not None and link.state not in TROUBLED and not operation.is_open:
            operation = None
        refusal = refusals.get(link.pk)
        rows.append(
            NumberRow(
                link,
                explained(enums.Axis.NUMBER, link, operation),
                operation,
                standing(operation) if operation and operation.state != OperationState.APPLIED else None,
                refusal if refusal and not refusal.answered_by else None,
            )
        )
    return rows


# --- What happened -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """A row of the timeline, shaped for components/_timeline.html."""

    label: str
    seen_at: datetime
    colour: str = "secondary"
    part: str = ""
    state_before: str = ""
    label_before: str = ""
    raw_after: str = ""
    not_before: datetime | None = None
    reason: str = ""
    get_source_display: str = ""


_STATES: Final = {
    "brand": enums.BrandState,
    "vetting": enums.VettingState,
    "campaign": enums.CampaignState,
    "carrier": enums.CarrierState,
    "number": enums.NumberState,
}


# What people did, by the action of the audit entry; everything else is a submission.
ACTED: Final = {
    "brand.update_brand": gettext_lazy("Change sent by %(who)s"),
    "brand.delete_brand": gettext_lazy("Deletion sent by %(who)s"),
    "brand.revet_brand": gettext_lazy("Revet asked for by %(who)s"),
    "brand.facts_accepted": gettext_lazy("Vonage's values accepted by %(who)s"),
    "brand.client_set": gettext_lazy("Client set by %(who)s"),
    "vetting.authorised": gettext_lazy("Requested by %(who)s, who authorised access to the brand's data"),
    "vetting.import": gettext_lazy("Import asked for by %(who)s"),
    "campaign.submitted": gettext_lazy("Submitted by %(who)s"),
    "campaign.edited": gettext_lazy("Edited by %(who)s"),
    "campaign.stop_asked": gettext_lazy("Stop asked for by %(who)s"),
    "campaign.comment_noted": gettext_lazy("Reviewers' comment noted by %(who)s"),
    "numberlink.submitted": gettext_lazy("Submitted by %(who)s"),
    "numberlink.unlinked": gettext_lazy("Unlinking asked for by %(who)s"),
}


def moments(
    changes: Iterable[Change], entries: Iterable[AuditEntry], refusals: Iterable[Refusal] = ()
) -> list[Moment]:
    """Changes that were seen, what people did and every no, newest first."""
    rows = [*map(_changed, changes), *map(_done, entries), *map(_refused, refusals)]
    return sorted(rows, key=lambda row: row.seen_at, reverse=True)


def _changed(change: Change) -> Moment:
    if change.part == DETAILS:
        return _details(change)
    presence = presence_of(change)
    if presence is not None:
        return _presence(change, presence)
    label, colour = _in_our_words(change.axis, change.state_after)
    return Moment(
        label=label,
        colour=colour,
        seen_at=change.seen_at,
        part=enums.carrier_label(change.part),
        state_before=change.state_before,
        label_before=_in_our_words(change.axis, change.state_before)[0],
        raw_after=change.raw_after,
        not_before=change.not_before,
        reason=change.reason,
        get_source_display=change.get_source_display(),
    )


def _in_our_words(axis: str, state: str) -> tuple[str, str]:
    """A stored state with its colour; one that nobody knows as it is."""
    states: Any = _STATES.get(axis)
    if states is None or state not in states.values:
        return state, "secondary"
    return str(states(state).label), states(state).badge


def presence_of(change: Change) -> enums.Presence | None:
    """Whether a change tells that something left Vonage, or came back; its state is the one seen last."""
    stayed = change.state_before == change.state_after
    return enums.Presence(change.reason) if stayed and change.reason in enums.Presence.values else None


def _presence(change: Change, presence: enums.Presence) -> Moment:
    return Moment(
        label=str(presence.label),
        colour=presence.badge,
        seen_at=change.seen_at,
        state_before=change.state_before,
        label_before=_in_our_words(change.axis, change.state_before)[0],
        not_before=change.not_before,
        get_source_display=change.get_source_display(),
    )


def _details(change: Change) -> Moment:
    """Fields that changed at Vonage without anybody here having asked for it."""
    return Moment(
        label=_("Changed at Vonage, not from here"),
        colour="orange",
        seen_at=change.seen_at,
        reason=", ".join(name.strip().replace("_", " ") for name in change.reason.split(",")),
        get_source_display=change.get_source_display(),
    )


def _done(entry: AuditEntry) -> Moment:
    who = entry.actor_name or _("the portal")
    told = ACTED.get(entry.action, _("Submitted by %(who)s"))
    return Moment(label=str(told) % {"who": who}, colour="azure", seen_at=entry.at)


def _refused(refusal: Refusal) -> Moment:
    told = _("Refused by %(who)s") % {"who": enums.voice_of(refusal.said_by)}
    return Moment(label=told, colour="red", seen_at=refusal.at)


# --- Polling -------------------------------------------------------------------------------------


def fingerprint(*parts: object) -> str:
    """What a polled region showed, so that a page is only redrawn when something moved."""
    return "|".join("" if part is None else str(part) for part in parts)


def inquiry_part(inquiry: Inquiry | None) -> str:
    return "" if inquiry is None else f"{inquiry.pk}:{inquiry.answered_at or ''}:{inquiry.tries}"


def operation_part(operation: Operation) -> str:
    """What an operation shows, and what it waits for; read it with `depends_on`."""
    ahead = operation.depends_on.state if operation.depends_on else ""
    own = f"{operation.pk}:{operation.state}:{operation.waiting_for}"
    return f"{own}:{operation.attempt_count}:{operation.absences}:{ahead}"
