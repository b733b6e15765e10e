"""What operators and countries ask beyond the guide, for the operators a registration goes to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q

from registry.enums import Level
from registry.models import Operator, Requirement
from registry.queries.offered import in_force
from registry.rules.questions import Question, applies


def questions(
    level: Level, operators: Collection[Operator], *, on: date, features: Collection[str] = ()
) -> list[Question]:
    """What these operators, or their countries, ask today; the same words are asked once for all of them."""
    rows = (
        Requirement.objects.filter(in_force(on), level=level, is_active=True)
        .filter(Q(operator__in=operators) | Q(country__in={one.country_id for one in operators}))
        .select_related("operator", "country")
        .order_by("operator", "name", "code")
    )
    facts = {
        "features": list(features),
        "countries": sorted({one.country.code for one in operators}),
        "end_users_in_eu": any(one.country.is_eu for one in operators),
    }
    grouped: dict[tuple[Any, ...], list[Requirement]] = {}
    for row in rows:
        if applies(row.condition, facts):
            grouped.setdefault(_sameness(row), []).append(row)
    return [_question(rows) for rows in grouped.values()]


def _sameness(row: Requirement) -> tuple[Any, ...]:
    asks = (row.name, row.text, row.answer_type, tuple(row.choices), row.is_personal)
    return (*asks, row.terms_id, row.terms_version)


def _question(rows: list[Requirement]) -> Question:
    first = rows[0]
    return Question(
        codes=tuple(row.code for row in rows),
        name=first.name,
        text=first.text,
        answer_type=first.answer_type,
        asked_by=tuple(str(row.operator or row.country) for row in rows),
        choices=tuple(first.choices),
        is_personal=first.is_personal,
        terms_id=first.terms_id,
        terms_version=first.terms_version,
    )
