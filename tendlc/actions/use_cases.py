"""Asking whether a brand may run a use case, and what that will cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.outbox.actions import ask
from portal.outbox.models import Inquiry
from portal.records.money import Fee
from tendlc import prices, queries
from tendlc.actions.submitting import NotNow
from tendlc.models import Brand
from tendlc.operations import USE_CASE


def check_use_case(scope: Scope, brand: Brand, use_case: str, *, actor: User) -> Inquiry:
    """Ask whether a brand may run a use case; the worker answers. Raises NotNow for one that Vonage does not have."""
    return check_use_cases(scope, brand, [use_case], actor=actor)[0]


def check_use_cases(scope: Scope, brand: Brand, use_cases: Sequence[str], *, actor: User) -> list[Inquiry]:
    """Ask about several, one after the other, so that nobody else's question waits behind all of them.

    Raises NotNow for a brand that Vonage does not have.
    """
    scope.require(Capability.PREPARE)
    if not brand.remote_id or brand.gone_at:
        raise NotNow
    now, apart = timezone.now(), timedelta(seconds=settings.INQUIRY_SPACING_SECONDS)
    return [
        ask(
            USE_CASE,
            brand,
            actor=actor,
            api_key=brand.api_key,
            question={"use_case": use_case},
            not_before=now + place * apart,
        )
        for place, use_case in enumerate(use_cases)
    ]


def campaign_fee(brand: Brand, use_case: str) -> Fee:
    """What the last use case check said a quarter costs; unknown when nobody asked."""
    answer = queries.qualification_of(brand, use_case)
    return prices.quarterly(answer.quarterly_fee if answer else None)
