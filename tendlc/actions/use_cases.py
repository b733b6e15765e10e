"""Asking whether a brand may run a use case, and what that will cost."""

from __future__ import annotations

from collections.abc import Sequence

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.outbox.actions import ask
from portal.outbox.models import Inquiry
from portal.records.money import Fee, FeeSource, from_units
from tendlc import prices, queries
from tendlc.actions.submitting import NotNow
from tendlc.models import Brand
from tendlc.operations import USE_CASE


def check_use_case(scope: Scope, brand: Brand, use_case: str, *, actor: User) -> Inquiry:
    """Ask whether a brand may run a use case; the worker answers. Raises NotNow before Vonage knows the brand."""
    scope.require(Capability.PREPARE)
    if not brand.remote_id:
        raise NotNow
    return ask(USE_CASE, brand, actor=actor, api_key=brand.api_key, question={"use_case": use_case})


def check_use_cases(scope: Scope, brand: Brand, use_cases: Sequence[str], *, actor: User) -> list[Inquiry]:
    """Ask about several. Each is a row of its own, so that others' questions are answered in between."""
    return [check_use_case(scope, brand, use_case, actor=actor) for use_case in use_cases]


def campaign_fee(brand: Brand, use_case: str) -> Fee:
    """What the last use case check said a quarter costs; unknown when nobody asked."""
    answer = queries.qualification_of(brand, use_case)
    if answer is None or answer.quarterly_fee is None:
        return prices.CAMPAIGN_UNKNOWN
    return from_units(answer.quarterly_fee, FeeSource.QUALIFICATION)
