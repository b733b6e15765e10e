"""Countries, US states and where things stand, as people choose them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_countries import countries

from tendlc.enums import Presence

# Most brands are American, and messages go to the US, Canada next.
FIRST: Final = ("US", "CA")
_US_STATES: Final = """
    AL Alabama; AK Alaska; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut;
    DE Delaware; DC District of Columbia; FL Florida; GA Georgia; HI Hawaii; ID Idaho; IL Illinois;
    IN Indiana; IA Iowa; KS Kansas; KY Kentucky; LA Louisiana; ME Maine; MD Maryland;
    MA Massachusetts; MI Michigan; MN Minnesota; MS Mississippi; MO Missouri; MT Montana;
    NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico; NY New York;
    NC North Carolina; ND North Dakota; OH Ohio; OK Oklahoma; OR Oregon; PA Pennsylvania;
    RI Rhode Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah;
    VT Vermont; VA Virginia; WA Washington; WV West Virginia; WI Wisconsin; WY Wyoming;
    AS American Samoa; GU Guam; MP Northern Mariana Islands; PR Puerto Rico;
    VI U.S. Virgin Islands; AA Armed Forces Americas; AE Armed Forces Europe;
    AP Armed Forces Pacific
"""
US_STATES: Final = dict(each.split(maxsplit=1) for each in _US_STATES.strip().split(";"))


@lru_cache(maxsize=8)
def _countries_in(language: str) -> tuple[tuple[str, str], ...]:
    """Sorting 250 names takes long enough to do it once a language."""
    names = {code: str(name) for code, name in countries}
    first = [(code, names[code]) for code in FIRST]
    return (*first, *((code, name) for code, name in names.items() if code not in FIRST))


def country_choices() -> list[tuple[str, str]]:
    """Every country by name, those most often needed first; typing jumps to a name in any browser."""
    return [("", _("Choose a country")), *_countries_in(get_language() or "en")]


def issuer_choices() -> list[tuple[str, str]]:
    """The same countries for a tax number, which usually is of the country of the address."""
    return [("", _("Same as the address")), *country_choices()[1:]]


def country_name(code: str) -> str:
    """The name of a country, or the code itself when nobody knows it."""
    return dict(_countries_in(get_language() or "en")).get(code.upper(), code)


def states_of(states: type[models.TextChoices]) -> list[tuple[str, Any]]:
    """What a list of objects is narrowed by (queries.in_state): each state, and what is gone apart from them."""
    gone = (Presence.GONE.value, Presence.GONE.label)
    return [("", gettext_lazy("All states")), *states.choices, gone]
