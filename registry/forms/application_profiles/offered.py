"""What a business profile's operators offer and ask, for the features chosen so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from portal.accounts.models import ApiKey
from registry.enums import Level
from registry.models import BusinessProfile, Category, Feature, Operator, Purpose
from registry.queries.offered import features_by_operator, networks, operators_in
from registry.queries.requirements import questions
from registry.queries.standing import business_decisions, current_countries, standings
from registry.rules.questions import Question
from registry.rules.routing import application_routes


@dataclass(frozen=True)
class Offered:
    """`features` are the codes chosen so far."""

    business: BusinessProfile
    features: tuple[str, ...]
    on: date

    @cached_property
    def countries(self) -> list[str]:
        return current_countries(self.business)

    @cached_property
    def operators(self) -> list[Operator]:
        return list(operators_in(self.countries))

    @cached_property
    def available(self) -> list[Feature]:
        """Features that can be had at all today."""
        today = Q(available_from=None) | Q(available_from__lte=self.on)
        rows = Feature.objects.filter(today, Q(sunset_on=None) | Q(sunset_on__gt=self.on), is_active=True)
        return list(rows.order_by("name"))

    @cached_property
    def chosen(self) -> list[Feature]:
        return [one for one in self.available if one.code in self.features]

    @cached_property
    def offering(self) -> dict[str, list[Operator]]:
        """The operators of the chosen countries that offer a feature, by its code."""
        offered = features_by_operator([one.pk for one in self.operators], self.on)
        return {
            feature.code: [one for one in self.operators if feature.code in offered.get(one.pk, ())]
            for feature in self.available
        }

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        return list(Category.objects.filter(is_active=True).values_list("code", "name"))

    @cached_property
    def _purposes(self) -> list[tuple[Purpose, frozenset[int]]]:
        rows = Purpose.objects.filter(is_active=True).prefetch_related("features")
        return [(row, frozenset(feature.pk for feature in row.features.all())) for row in rows]

    def purposes(self, features: Collection[Feature]) -> list[tuple[str, str]]:
        """The purposes that suit all of these features; one that names none suits every feature."""
        wanted = {feature.pk for feature in features}
        return [(row.code, row.name) for row, suits in self._purposes if not suits or wanted <= suits]

    @cached_property
    def glosses(self) -> dict[str, str]:
        return {row.name: row.gloss for row, _suits in self._purposes if row.gloss}

    @cached_property
    def keys(self) -> list[ApiKey]:
        rows = ApiKey.objects.filter(account=self.business.account_id, is_active=True)
        return list(rows.order_by("-is_primary", "label", "pk"))

    @cached_property
    def routes(self) -> dict[tuple[str, str], str]:
        """Why an operator does not get a feature, by both codes; "" where it does."""
        return application_routes(
            networks(self.operators, self.on),
            countries=self.countries,
            features=[one.code for one in self.chosen],
            business=standings(business_decisions(self.business)),
        )

    @cached_property
    def questions(self) -> list[Question]:
        """What the operators that get something of it ask beyond the guide."""
        reached = {operator for (operator, _feature), left_out in self.routes.items() if not left_out}
        asking = [one for one in self.operators if one.code in reached]
        return questions(Level.APPLICATION, asking, on=self.on, features=self.features) if asking else []
