"""Linking numbers: one or many, each read on its own, with what is wrong beside its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.records.phones import digits_of, phone_number, readable_phone
from tendlc import wire
from tendlc.enums import CampaignState, NumberState
from tendlc.forms.fields import Caution
from tendlc.models import Campaign

MOST_AT_ONCE: Final = 1000
LINKABLE: Final = ("US", "CA")
LIVE: Final = (NumberState.SUBMITTING, NumberState.PENDING, NumberState.LINKED, NumberState.UNLINKING)
NAMED_AT_MOST: Final = 5
TOLL_FREE: Final = phonenumbers.PhoneNumberType.TOLL_FREE


@dataclass(frozen=True)
class Line:
    """One number as it was typed, and what became of it: digits and country, or a problem."""

    place: int
    typed: str
    digits: str = ""
    country: str = ""
    problem: str = ""
    kind: int = phonenumbers.PhoneNumberType.UNKNOWN

    @property
    def shown(self) -> str:
        return readable_phone(self.digits) if self.digits else self.typed


class NumbersForm(forms.Form):
    """The numbers for one campaign; nothing typed is lost because one line is wrong."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country of numbers without a country code"),
        choices=[("US", gettext_lazy("United States")), ("CA", gettext_lazy("Canada"))],
        initial="US",
    )
    numbers = forms.CharField(
        label=gettext_lazy("Numbers"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "One a line, or with commas between them. (201) 555-0123, +1 201 555 0123 and 12015550123 all work."
        ),
        error_messages={"required": gettext_lazy("Enter at least one number.")},
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.lines: list[Line] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.lines = read_lines(data.get("numbers", ""), data.get("country", ""))
        wrong = sum(bool(line.problem) for line in self.lines)
        if len(self.lines) > MOST_AT_ONCE:
            text = _("These are %(count)d numbers. Link at most %(most)d at once.")
            self.add_error("numbers", text % {"count": len(self.lines), "most": MOST_AT_ONCE})
        elif wrong:
            text = _("%(wrong)d of %(count)d numbers need a look; see below. Nothing was linked.")
            self.add_error("numbers", text % {"wrong": wrong, "count": len(self.lines)})
        elif not self.lines and "numbers" not in self.errors:
            self.add_error("numbers", _("Enter at least one number."))
        return data

    @property
    def wanted(self) -> list[tuple[str, str]]:
        """(country, digits), each number once."""
        return list({line.digits: (line.country, line.digits) for line in self.lines}.values())

    def cautions(self, linked: Collection[str]) -> list[Caution]:
        """What is allowed and often refused; `linked` are the digits that already hang on the campaign."""
        return [*self._foreign(), *self._toll_free(), *self._too_many(linked), *self._state()]

    def _foreign(self) -> Iterator[Caution]:
        found = [line for line in self.lines if line.country not in LINKABLE]
        if found:
            text = _("Not a US or Canadian number: %(numbers)s. 10DLC campaigns take no others.")
            yield Caution(
                "foreign",
                "numbers",
                text % {"numbers": _named(found)},
                _("Vonage's guide to linking numbers"),
            )

    def _toll_free(self) -> Iterator[Caution]:
        found = [line for line in self.lines if line.kind == TOLL_FREE]
        if found:
            text = _("Toll-free: %(numbers)s. Toll-free numbers are verified in another way, not by 10DLC.")
            yield Caution(
                "toll_free", "numbers", text % {"numbers": _named(found)}, _("Bandwidth's rules for numbers")
            )

    def _too_many(self, linked: Collection[str]) -> Iterator[Caution]:
        count = len({*linked, *(digits for _country, digits in self.wanted)})
        most = settings.TENDLC_NUMBERS_WITHOUT_POOL
        if count > most and not has_number_pool(self.campaign):
            text = _(
                "The campaign would have %(count)d numbers. Without a number pool carriers take at most %(most)d."
            )
            source = _("Vonage's and Bandwidth's guides to linking numbers")
            yield Caution("pool", "numbers", text % {"count": count, "most": most}, source)

    def _state(self) -> Iterator[Caution]:
        if self.campaign.state != CampaignState.ACTIVE:
            text = _("The campaign is not active (%(state)s). Numbers may wait, or be rejected, until it is.")
            state = self.campaign.get_state_display()
            yield Caution(
                "not_active", "numbers", text % {"state": state}, _("Vonage's guide to linking numbers")
            )


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Each number as it was typed, with the line it stands in."""
    for place, row in enumerate(text.splitlines(), start=1):
        for piece in re.split(r"[,;\t]+", row):
            if piece.strip():
                yield place, piece.strip()


def read_lines(text: str, region: str) -> list[Line]:
    """Each number of a text, in order; a number that comes twice is a problem at the second place."""
    lines: list[Line] = []
    seen: dict[str, int] = {}
    for place, piece in _pieces(text):
        line = read_number(place, piece, region)
        if line.digits in seen:
            problem = _("This is the same number as in line %(place)d.") % {"place": seen[line.digits]}
            line = Line(place, piece, problem=problem)
        elif line.digits:
            seen[line.digits] = place
        lines.append(line)
    return lines


def read_number(place: int, piece: str, region: str) -> Line:
    """One number as somebody wrote it; `region` is the country of those without a country code."""
    try:
        number = phone_number(piece, region)
    except ValidationError as problem:
        return Line(place, piece, problem=" ".join(problem.messages))
    country = phonenumbers.region_code_for_number(number) or ""
    if number.country_code == 1 and not country:
        country = region  # possible, and not in the plan: Vonage decides
    country = country if len(country) == 2 and country.isalpha() else region
    return Line(place, piece, digits_of(number), country, kind=phonenumbers.number_type(number))


def _named(lines: list[Line]) -> str:
    names = ", ".join(line.shown for line in lines[:NAMED_AT_MOST])
    return f"{names} …" if len(lines) > NAMED_AT_MOST else names


def has_number_pool(campaign: Campaign) -> bool:
    """Whether the campaign was registered with a number pool, as Vonage says or as we asked."""
    said = campaign.raw.get("number_pool", campaign.wished.get("number_pool"))
    return wire.boolean(said) is True
