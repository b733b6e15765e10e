"""Countries of the world as people choose them."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries


@lru_cache(maxsize=8)
def _countries_in(language: str) -> tuple[tuple[str, str], ...]:
    """Sorting 250 names takes long enough to do it once a language."""
    return tuple((code, str(name)) for code, name in countries)


def world() -> list[tuple[str, str]]:
    """Every country by name."""
    return list(_countries_in(get_language() or "en"))


def one_country() -> list[tuple[str, str]]:
    return [("", _("Choose a country")), *world()]


def country_name(code: str) -> str:
    """The name of a country, or the code itself when nobody knows it."""
    return dict(world()).get(code, code)
