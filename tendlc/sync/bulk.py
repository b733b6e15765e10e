"""Taking in very many records at once: hash first, new rows written together, and only what changed one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db import DatabaseError, models, transaction
from django.db.models import QuerySet

from portal.history.actions import change_of, note_changes
from portal.history.models import Change
from portal.records.models import digest
from tendlc import wire
from tendlc.enums import Axis
from tendlc.models import Brand, Campaign, CampaignCarrier, NumberLink, Vetting
from tendlc.sync.absorb import (
    absorb_brand,
    absorb_campaign,
    absorb_number,
    absorb_vetting,
    network_of,
    self_client,
    write_carrier,
)
from tendlc.sync.told import (
    AXIS_OF,
    STATE_OF,
    Row,
    Seen,
    Told,
    owner_of,
    reason_in,
    told_of_brand,
    told_of_campaign,
    told_of_number,
    told_of_vetting,
    without_token,
    write_on,
)

# So many ids fit into one statement on either engine.
CHUNK = 500


class Heard(NamedTuple):
    """One record of a list, below which row it was listed, and when that list was asked for."""

    record: Any
    parent: Any
    seen: Seen


class Known(NamedTuple):
    """As much of a mirrored row as tells whether a record brings news; small, since there may be very many."""

    pk: int
    remote_id: str
    raw_hash: str
    state: str
    remote_status: str
    is_gone: bool
    is_unproven: bool


@dataclass(frozen=True)
class Kind:
    """How one kind of thing is found, made and taken in."""

    model: type[Row]
    identify: Callable[[Any], str]
    payload: Callable[[Any], Any]
    make: Callable[[Sequence[Heard]], Sequence[Row]]
    told: Callable[[Any, Any, Seen], Told]
    absorb: Callable[[Heard], Row]
    # A number is one of its campaign; everything else has an id of its own in the account.
    by: str = "remote_id"
    within: str = "account_id"
    longest: int | None = None

    @property
    def axis(self) -> Axis:
        return AXIS_OF[self.model]

    def key(self, heard: Heard) -> tuple[int, str]:
        scope = heard.parent.pk if self.within == "campaign_id" else heard.parent.account_id
        return scope, self.identify(heard.record)[: self.longest]

    def is_as_it_was(self, known: Known, heard: Heard) -> bool:
        """Neither another payload nor a state that we had moved away from."""
        if known.is_gone or known.is_unproven or known.remote_id != self.identify(heard.record):
            return False
        is_same = known.raw_hash == digest(self.payload(heard.record))
        return is_same and known.state == STATE_OF[self.axis](known.remote_status)


def _payload(record: Any) -> Any:
    return record.raw if isinstance(record.raw, dict) else {}


def _make_brands(heard: Sequence[Heard]) -> list[Brand]:
    """A brand that nobody here knew is the account's own until a person says whose it is."""
    api_key = heard[0].parent
    client = self_client(api_key)
    return [Brand(account_id=api_key.account_id, client=client, api_key=api_key) for _one in heard]


BRANDS = Kind(
    Brand,
    lambda record: record.brand_id,
    _payload,
    _make_brands,
    told_of_brand,
    lambda heard: absorb_brand(heard.record, api_key=heard.parent, seen=heard.seen),
)
VETTINGS = Kind(
    Vetting,
    lambda record: record.vetting_id,
    without_token,
    lambda heard: [Vetting(brand=one.parent, **owner_of(one.parent)) for one in heard],
    told_of_vetting,
    lambda heard: absorb_vetting(heard.record, brand=heard.parent, seen=heard.seen),
)
CAMPAIGNS = Kind(
    Campaign,
    lambda record: record.campaign_id,
    _payload,
    lambda heard: [Campaign(brand=one.parent, **owner_of(one.parent)) for one in heard],
    told_of_campaign,
    lambda heard: absorb_campaign(heard.record, brand=heard.parent, seen=heard.seen),
)
NUMBERS = Kind(
    NumberLink,
    lambda record: record.digits,
    _payload,
    lambda heard: [
        NumberLink(campaign=one.parent, number=one.record.digits[:20], **owner_of(one.parent))
        for one in heard
    ],
    told_of_number,
    lambda heard: absorb_number(heard.record, campaign=heard.parent, seen=heard.seen),
    by="number",
    within="campaign_id",
    longest=20,
)


class Taken(NamedTuple):
    """The row of a record, and whether there was nothing new about it."""

    pk: int
    unchanged: bool


def absorb_all(kind: Kind, heard: Sequence[Heard]) -> list[Taken]:
    """Take in records of one kind; answers their rows in the same order."""
    known = _known(kind, heard)
    rows: dict[int, Taken] = {}
    new: list[int] = []
    for place, one in enumerate(heard):
        row = known.get(kind.key(one))
        if row is None:
            new.append(place)
        elif kind.is_as_it_was(row, one):
            rows[place] = Taken(row.pk, unchanged=True)
        else:
            rows[place] = Taken(kind.absorb(one).pk, unchanged=False)
    _touch(
        kind.model, ((rows[place].pk, heard[place].seen.asked_at) for place in rows if rows[place].unchanged)
    )
    for start in range(0, len(new), CHUNK):
        places = new[start : start + CHUNK]
        made = _absorb_new(kind, [heard[place] for place in places])
        rows |= {place: Taken(pk, unchanged=False) for place, pk in zip(places, made, strict=True)}
    return [rows[place] for place in range(len(heard))]


def _known(kind: Kind, heard: Sequence[Heard]) -> dict[tuple[int, str], Known]:
    columns = (kind.within, kind.by, "pk", "remote_id", "raw_hash", "state", "remote_status", "gone_at")
    unproven = ("is_import", "listed_at") if kind.model is Vetting else ()
    keys = [kind.key(one) for one in heard]
    found: dict[tuple[int, str], Known] = {}
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        wanted = {
            f"{kind.within}__in": {key[0] for key in chunk},
            f"{kind.by}__in": {key[1] for key in chunk},
        }
        rows: QuerySet[Any] = kind.model._default_manager.filter(**wanted)
        for within, by, pk, remote_id, raw_hash, state, word, gone, *more in rows.values_list(
            *columns, *unproven
        ):
            is_unproven = bool(more) and more[0] and more[1] is None
            found[within, by] = Known(pk, remote_id, raw_hash, state, word, gone is not None, is_unproven)
    return found


def _touch(model: type[Row], seen: Iterable[tuple[int, datetime]]) -> None:
    """What came as it was is only stamped, in bulk: never with a later moment than that at which its list was
    asked for, nor with one that is more than a second earlier.
    """
    asked: dict[datetime, list[tuple[datetime, int]]] = defaultdict(list)
    for pk, moment in seen:
        asked[moment.replace(microsecond=0)].append((moment, pk))
    for together in asked.values():
        earliest = min(moment for moment, _pk in together)
        rows = model._default_manager.filter(pk__in=[pk for _moment, pk in together], seen_at__lt=earliest)
        rows.update(seen_at=earliest, missing_since=None, missing_runs=0)


def _absorb_new(kind: Kind, heard: Sequence[Heard]) -> list[int]:
    """Rows nobody had: together if the database takes them, else each alone, as when somebody was faster."""
    if len(heard) > 1 and not any(map(_is_odd, heard)):
        try:
            return _make(kind, heard)
        except DatabaseError:
            pass
    return [kind.absorb(one).pk for one in heard]


def _is_odd(heard: Heard) -> bool:
    """Whether a campaign names one network twice."""
    if not isinstance(heard.record, wire.Campaign):
        return False
    named = [network_of(one) for one in heard.record.mno_metadata]
    return len(set(named)) < len(named)


@transaction.atomic
def _make(kind: Kind, heard: Sequence[Heard]) -> list[int]:
    """New rows and what there is to say of them: no notice and no refusal, for nothing changed before our eyes."""
    rows, objects = kind.make(heard), cast("models.Manager[Any]", kind.model._default_manager)
    for row, one in zip(rows, heard, strict=True):
        write_on(row, kind.told(row, one.record, one.seen), one.seen)
    objects.bulk_create(rows)
    changes = [_first(row, kind.axis, one.seen) for row, one in zip(rows, heard, strict=True)]
    if kind.model is Campaign:
        changes += _carriers(rows, heard)
    note_changes(changes)
    return [row.pk for row in rows]


def _first(row: Row, axis: Axis, seen: Seen) -> Change:
    return change_of(
        row,
        axis=axis,
        before=("", ""),
        after=(row.state, row.remote_status),
        seen_at=seen.asked_at,
        not_before=None,
        reason=reason_in(row),
        source=seen.source,
    )


def _carriers(campaigns: Sequence[Any], heard: Sequence[Heard]) -> list[Change]:
    carriers: list[CampaignCarrier] = []
    changes = []
    for campaign, one in zip(campaigns, heard, strict=True):
        for record in filter(network_of, one.record.mno_metadata):
            carrier = CampaignCarrier(
                account_id=campaign.account_id, campaign=campaign, network_id=network_of(record)
            )
            write_carrier(carrier, record, one.seen)
            carriers.append(carrier)
            changes.append(
                change_of(
                    campaign,
                    axis=Axis.CARRIER,
                    part=carrier.name or carrier.network_id,
                    before=("", ""),
                    after=(carrier.state, carrier.remote_status),
                    seen_at=one.seen.asked_at,
                    not_before=None,
                    source=one.seen.source,
                )
            )
    CampaignCarrier.objects.bulk_create(carriers)
    return changes
