"""What a choice of countries brings with it: operators, vetting, and what is asked beyond the guide."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from registry.enums import Level
from registry.models import Country, Operator
from registry.queries.offered import networks, open_countries, operators_in
from registry.queries.requirements import questions
from registry.rules.questions import Question
from registry.rules.routing import business_routes


@dataclass(frozen=True)
class Asked:
    """`consent` is None while nobody has answered; then every operator's questions are asked."""

    countries: tuple[str, ...]
    consent: bool | None
    on: date

    @cached_property
    def available(self) -> dict[Country, list[Operator]]:
        """Every country that can be chosen, with whom a registration there is shared."""
        countries = {country.code: country for country in open_countries()}
        found: dict[Country, list[Operator]] = {country: [] for country in countries.values()}
        for operator in operators_in(countries):
            found[countries[operator.country.code]].append(operator)
        return found

    @cached_property
    def operators(self) -> list[Operator]:
        return list(operators_in(self.countries))

    @cached_property
    def vetted(self) -> list[Operator]:
        """The operators that require vetting."""
        return [one for one in self.operators if one.requires_vetting]

    @cached_property
    def routes(self) -> dict[str, str]:
        """Why each operator is left out, by code; "" for those that get the profile."""
        consented: Collection[str] = [one.code for one in self.vetted] if self.consent is not False else ()
        found = networks(self.operators, self.on)
        return business_routes(found, countries=self.countries, consented=consented)

    @cached_property
    def questions(self) -> list[Question]:
        """Of the operators that get the profile, and of their countries."""
        sent = [one for one in self.operators if not self.routes[one.code]]
        return questions(Level.BUSINESS, sent, on=self.on) if sent else []
