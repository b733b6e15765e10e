"""What a complete list no longer carries: counted, alarmed at when it is much, and believed only slowly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.notices.actions import tell
from portal.vonage.problems import NotFound, VonageError
from tendlc.enums import NumberState
from tendlc.models import Brand, Campaign, NumberLink, SyncRun, Vetting
from tendlc.sync.absorb import absorb_absence
from tendlc.sync.bulk import CHUNK, Kind
from tendlc.sync.told import Row, Seen

# Numbers that are not expected in their campaign's list.
NOT_THERE = (NumberState.SUBMITTING, NumberState.REFUSED, NumberState.UNLINKED)
# A list that lost more than this many, or this share, is an alarm and not a purge.
ALARM_COUNT, ALARM_SHARE = 5, 0.02
PARENT_OF: Mapping[type[Row], str] = {
    Brand: "api_key_id",
    Vetting: "brand_id",
    Campaign: "brand_id",
    NumberLink: "campaign_id",
}


def not_found(_row: object) -> None:
    """For what cannot be read by id: being missing from its complete list is all there is to know."""
    raise NotFound


@dataclass
class Listed:
    """One list while it is read: its run, below what it was listed, and which rows it turned out to be.

    `campaign_id` names the parent of numbers until the campaign has a row; `read` asks for one thing by its id.
    """

    run: SyncRun
    kind: Kind
    parent: Any
    read: Callable[[Any], object]
    campaign_id: str = ""
    problem: str = ""
    ended: bool = False
    rows: list[int] = field(default_factory=list)
    unchanged: set[int] = field(default_factory=set)

    @property
    def seen(self) -> Seen:
        return Seen(self.run.started_at)


class Living(NamedTuple):
    pk: int
    seen_at: datetime | None


def expected(model: type[Row], parents: Iterable[int]) -> QuerySet[Any]:
    """The rows that complete lists below these parents would carry, gone ones apart."""
    column = PARENT_OF[model]
    objects = cast("models.Manager[Any]", model._default_manager)
    rows = objects.filter(**{f"{column}__in": list(parents)}, gone_at=None).exclude(remote_id="")
    if model is Vetting:
        rows = rows.exclude(is_import=True, listed_at=None)
    return rows.exclude(state__in=NOT_THERE) if model is NumberLink else rows


def shrunken(api_key: ApiKey, model: type[models.Model], missing: int, known: int, *, is_empty: bool) -> str:
    """Why nothing may be removed because of a list that lost so much; "" if it lost little.

    Tells the admins, once a day, that much vanished at once: a person looks.
    """
    if not is_empty and missing <= max(ALARM_COUNT, ALARM_SHARE * known):
        return ""
    tell(
        "tendlc.list_shrank",
        api_key,
        key=f"list_shrank:{api_key.pk}:{model._meta.model_name}:{timezone.now().date().isoformat()}",
        path=f"/a/{api_key.account_id}/keys/",
        values={"missing": str(missing), "known": str(known)},
    )
    return f"the list shrank by {missing} of {known}: nothing is removed"


@dataclass
class Absence:
    """Weighs what lists of one key lost; `gone` counts what was marked."""

    api_key: ApiKey
    gone: int = 0

    def weigh_all(self, lists: Sequence[Listed]) -> None:
        """Count what is missing from complete lists of one kind; notes why nothing may be concluded, if so."""
        for start in range(0, len(lists), CHUNK):
            chunk = lists[start : start + CHUNK]
            model = chunk[0].kind.model
            living: dict[int, list[Living]] = defaultdict(list)
            rows = expected(model, {one.parent.pk for one in chunk})
            for parent, pk, seen_at in rows.values_list(PARENT_OF[model], "pk", "seen_at").iterator(2000):
                living[parent].append(Living(pk, seen_at))
            for one in chunk:
                one.problem = self._weigh(one, living[one.parent.pk])

    def _weigh(self, listed: Listed, living: Sequence[Living]) -> str:
        """What we heard of while, or after, the list was asked for is not missing from it."""
        present, asked_at = set(listed.rows), listed.run.started_at
        missing = [
            one.pk
            for one in living
            if one.pk not in present and (one.seen_at is None or one.seen_at < asked_at)
        ]
        if not missing:
            return ""
        model = listed.kind.model
        if problem := shrunken(self.api_key, model, len(missing), len(living), is_empty=not present):
            return problem
        self._mark_missing(expected(model, [listed.parent.pk]).filter(pk__in=missing), listed.read)
        return ""

    def _mark_missing(self, missing: Iterable[Any], read: Callable[[Any], object]) -> None:
        now, gap = timezone.now(), timedelta(seconds=settings.TENDLC_REMOVAL_GAP_SECONDS)
        for row in missing:
            since, runs = row.missing_since or now, min(row.missing_runs + 1, 1000)
            is_gone = runs >= 2 and now - since >= gap and _is_not_found(row, read)
            # Only if nothing was learned or wished of it meanwhile: an answer may just have come in.
            unmoved = type(row)._default_manager.filter(
                pk=row.pk, seen_at=row.seen_at, state=row.state, gone_at=None
            )
            with transaction.atomic():
                if (
                    unmoved.update(missing_since=since, missing_runs=runs, gone_at=now if is_gone else None)
                    and is_gone
                ):
                    self.gone += 1
                    absorb_absence(row, now)


def _is_not_found(row: Any, read: Callable[[Any], object]) -> bool:
    """The last question, by id; the parent's list was just read with the same key."""
    try:
        read(row)
    except NotFound:
        return True
    except VonageError:
        return False
    return False
