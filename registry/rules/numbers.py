"""Registration and tax numbers, checked by every scheme of a country that python-stdnum knows."""

from __future__ import annotations

import keyword
import pkgutil
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from importlib import import_module


class Verdict(StrEnum):
    """What the schemes say of a number; only all of them together can refuse it."""

    FITS = "fits"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def verdict(number: str, schemes: Iterable[str]) -> Verdict:
    """Whether some scheme takes the number; without a scheme that we can check nobody knows."""
    known = [scheme for scheme in schemes if _is_known(scheme)]
    if not known:
        return Verdict.UNKNOWN
    return Verdict.FITS if any(_takes(scheme, number) for scheme in known) else Verdict.REFUSED


@lru_cache(maxsize=256)
def schemes_of_country(country: str) -> tuple[str, ...]:
    """Every scheme of a country (ISO code), such as "de.vat"; none for a country python-stdnum does not know."""
    name = country.lower()
    name = f"{name}_" if keyword.iskeyword(name) else name
    try:
        package = import_module(f"stdnum.{name}")
    except ImportError:
        return ()
    modules = pkgutil.iter_modules(package.__path__)
    return tuple(sorted(f"{name}.{one.name}" for one in modules if _is_known(f"{name}.{one.name}")))


@lru_cache(maxsize=1024)
def _is_known(scheme: str) -> bool:
    try:
        return callable(getattr(import_module(f"stdnum.{scheme}"), "is_valid", None))
    except ImportError:
        return False


def _takes(scheme: str, number: str) -> bool:
    return bool(import_module(f"stdnum.{scheme}").is_valid(number))
