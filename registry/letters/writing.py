"""Finding what people of a desk should hear of; writing it down twice changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Q
from django.urls import reverse

from registry.enums import CheckState, DecisionState, LetterKind, MessageKind
from registry.models import Assignment, Case, CaseMessage, Decision, DeskLetter, VettingCheck

LOOKS_BACK = timedelta(days=3)
MORNING = time(7)
MOST_OVERDUE = 40


@dataclass(frozen=True)
class News:
    """One thing to tell everybody of one side."""

    kind: LetterKind
    key: str
    path: str
    operator_id: int | None = None
    agency_id: int | None = None
    values: dict[str, Any] = field(default_factory=dict)


def write_letters(now: datetime) -> int:
    """A letter for each person and each thing that is new; answers how many there were."""
    return _write([*_new_cases(now), *_answers(now), *_new_checks(now)], now)


def write_overdue(now: datetime) -> int:
    """One list a morning for each person whose operator or agent is late with something."""
    news = [*_overdue_cases(now), *_overdue_checks(now)]
    return _write(news, now, only=lambda person: _is_morning(person, now))


def _is_morning(person: Assignment, now: datetime) -> bool:
    return now.astimezone(_zone(person.user.time_zone)).time() >= MORNING


def _write(news: list[News], now: datetime, only: Any = None) -> int:
    people = _people()
    wanted = {
        (person.user_id, one.key): DeskLetter(
            user_id=person.user_id,
            operator_id=one.operator_id,
            agency_id=one.agency_id,
            kind=one.kind,
            key=one.key,
            values=one.values,
            path=one.path,
            due_at=now,
        )
        for one in news
        for person in people[one.operator_id, one.agency_id]
        if only is None or only(person)
    }
    written = DeskLetter.objects.filter(key__in={key for _user, key in wanted})
    known = set(written.values_list("user_id", "key"))
    missing = [letter for name, letter in wanted.items() if name not in known]
    DeskLetter.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _people() -> dict[tuple[int | None, int | None], list[Assignment]]:
    found: dict[tuple[int | None, int | None], list[Assignment]] = defaultdict(list)
    for person in Assignment.objects.filter(is_active=True, user__is_active=True).select_related("user"):
        found[person.operator_id, person.agency_id].append(person)
    return found


def case_path(case_id: int) -> str:
    return reverse("operators:registry_case_change", args=[case_id])


def check_path(check_id: int) -> str:
    return reverse("operators:registry_vettingcheck_change", args=[check_id])


def _new_cases(now: datetime) -> Iterator[News]:
    fresh = Q(
        decisions__is_latest=True,
        decisions__state=DecisionState.PROCESSING,
        decisions__waiting_since__gt=now - LOOKS_BACK,
    )
    rows = Case.objects.filter(fresh).annotate(round=Max("decisions__round", filter=fresh))
    for case in rows.select_related("business_profile", "application_profile"):
        yield News(
            LetterKind.CASE,
            f"case:{case.pk}:{case.round}",
            case_path(case.pk),
            operator_id=case.operator_id,
            values={"name": str(case.application_profile or case.business_profile)},
        )


def _answers(now: datetime) -> Iterator[News]:
    rows = CaseMessage.objects.filter(kind=MessageKind.ANSWER, at__gt=now - LOOKS_BACK)
    for message in rows.select_related("case__business_profile", "case__application_profile"):
        case = message.case
        yield News(
            LetterKind.ANSWER,
            f"answer:{message.pk}",
            case_path(case.pk),
            operator_id=case.operator_id,
            values={"name": str(case.application_profile or case.business_profile)},
        )


def _new_checks(now: datetime) -> Iterator[News]:
    rows = VettingCheck.objects.filter(
        is_latest=True, state=CheckState.PENDING, created_at__gt=now - LOOKS_BACK
    )
    for check in rows.select_related("business_profile"):
        yield News(
            LetterKind.CHECK,
            f"check:{check.pk}",
            check_path(check.pk),
            agency_id=check.agency_id,
            values={"name": str(check.business_profile)},
        )


def _overdue_cases(now: datetime) -> Iterator[News]:
    rows = Decision.objects.filter(is_latest=True, state=DecisionState.PROCESSING, expected_by__lt=now)
    late: dict[int, dict[int, tuple[str, date]]] = defaultdict(dict)
    for row in rows.select_related("business_profile", "application_profile").order_by("-expected_by"):
        due = row.expected_by.date() if row.expected_by else now.date()
        late[row.operator_id][row.case_id] = (str(row.application_profile or row.business_profile), due)
    for operator_id, found in late.items():
        values = _listed(found.values())
        key, path = (
            f"overdue:{now.date()}:operator:{operator_id}",
            reverse("operators:registry_case_changelist"),
        )
        yield News(LetterKind.OVERDUE, key, path, operator_id=operator_id, values=values)


def _overdue_checks(now: datetime) -> Iterator[News]:
    rows = VettingCheck.objects.filter(is_latest=True, state=CheckState.PENDING, expected_by__lt=now)
    late: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for row in rows.select_related("business_profile"):
        late[row.agency_id].append((str(row.business_profile), (row.expected_by or now).date()))
    for agency_id, found in late.items():
        path = reverse("operators:registry_vettingcheck_changelist")
        key = f"overdue:{now.date()}:agency:{agency_id}"
        yield News(LetterKind.OVERDUE, key, path, agency_id=agency_id, values=_listed(found))


def _listed(found: Iterable[tuple[str, date]]) -> dict[str, Any]:
    """The longest overdue first; a mail names forty and counts the rest."""
    ordered = sorted(found, key=lambda one: one[1])
    names = [f"{name} ({due.isoformat()})" for name, due in ordered[:MOST_OVERDUE]]
    return {"count": len(ordered), "names": names, "more": max(0, len(ordered) - MOST_OVERDUE)}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")
