"""Reading the catalogue as it holds on a day, in the shape the rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from registry.models import Country, Feature, Offer, Operator
from registry.rules.routing import Network


def open_countries() -> QuerySet[Country]:
    """Countries in which some operator can be registered with."""
    return Country.objects.filter(is_active=True, operators__is_active=True).distinct()


def operators_in(countries: Collection[str]) -> QuerySet[Operator]:
    """The operators that are available in these countries (ISO codes), by country and name."""
    rows = Operator.objects.filter(is_active=True, country__is_active=True, country__code__in=countries)
    return rows.select_related("country", "agency")


def in_force(on: date) -> Q:
    """Rows with `starts_on` and `ends_on` that hold on a day, both days included."""
    begun = Q(starts_on=None) | Q(starts_on__lte=on)
    return begun & (Q(ends_on=None) | Q(ends_on__gte=on))


def features_by_operator(operator_ids: Collection[int], on: date) -> dict[int, frozenset[str]]:
    """Codes of the features each operator offers on a day; a feature past its sunset is offered by nobody."""
    rows = Offer.objects.filter(in_force(on), operator__in=operator_ids, is_active=True).filter(
        Q(feature__available_from=None) | Q(feature__available_from__lte=on),
        Q(feature__sunset_on=None) | Q(feature__sunset_on__gt=on),
        feature__is_active=True,
    )
    found: dict[int, set[str]] = defaultdict(set)
    for operator_id, code in rows.values_list("operator_id", "feature__code"):
        found[operator_id].add(code)
    return {pk: frozenset(codes) for pk, codes in found.items()}


def networks(operators: Collection[Operator], on: date) -> list[Network]:
    """Operators as routing sees them."""
    offered = features_by_operator([operator.pk for operator in operators], on)
    return [
        Network(
            code=operator.code,
            country=operator.country.code,
            requires_vetting=operator.requires_vetting,
            features=offered.get(operator.pk, frozenset()),
        )
        for operator in operators
    ]


@dataclass(frozen=True)
class Offering:
    """One operator and the names of what it offers on a day."""

    operator: Operator
    features: tuple[str, ...]


def coverage(on: date) -> list[tuple[Country, list[Offering]]]:
    """Every open country with its operators, for people to read; three queries."""
    operators = list(
        Operator.objects.filter(is_active=True, country__is_active=True).select_related("country")
    )
    offered = features_by_operator([operator.pk for operator in operators], on)
    names = dict(Feature.objects.values_list("code", "name"))
    found: dict[Country, list[Offering]] = {}
    for operator in operators:
        features = tuple(sorted(names[code] for code in offered.get(operator.pk, ())))
        found.setdefault(operator.country, []).append(Offering(operator, features))
    return list(found.items())
