"""Who has to move next, and how long that usually takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tendlc.enums import (
    Axis,
    BrandState,
    CampaignState,
    CarrierState,
    NumberState,
    VettingState,
    WaitingOn,
)


@dataclass(frozen=True, slots=True)
class Wait:
    """Who is waited for; `soon` to `late` is how long it usually takes, None where nobody says."""

    on: WaitingOn
    soon: timedelta | None = None
    late: timedelta | None = None


_NOBODY: Final = Wait(WaitingOn.NOBODY)
_US: Final = Wait(WaitingOn.US)
_MINUTES: Final = timedelta(minutes=5)
_SENDING: Final = Wait(WaitingOn.VONAGE, timedelta(seconds=5), timedelta(minutes=15))
_CAMPAIGN_REVIEW: Final = Wait(WaitingOn.CARRIERS, timedelta(days=7), timedelta(weeks=4))

WAITS: Final[Mapping[Axis, Mapping[str, Wait]]] = {
    Axis.BRAND: {
        BrandState.SUBMITTING: _SENDING,
        BrandState.PENDING: Wait(WaitingOn.VONAGE, _MINUTES, timedelta(days=2)),
        BrandState.UNVERIFIED: _US,
        BrandState.VERIFIED: _NOBODY,
        BrandState.VETTED: _NOBODY,
        BrandState.REFUSED: _US,
        BrandState.UNKNOWN: Wait(WaitingOn.VONAGE),
    },
    Axis.VETTING: {
        VettingState.SUBMITTING: _SENDING,
        VettingState.PENDING: Wait(WaitingOn.PROVIDER, _MINUTES, timedelta(hours=48)),
        VettingState.SCORED: _NOBODY,
        VettingState.UNSCORED: _US,
        VettingState.FAILED: _US,
        VettingState.EXPIRED: _US,
        VettingState.REFUSED: _US,
        VettingState.UNKNOWN: Wait(WaitingOn.PROVIDER),
    },
    Axis.CAMPAIGN: {
        CampaignState.SUBMITTING: _SENDING,
        CampaignState.IN_REVIEW: _CAMPAIGN_REVIEW,
        CampaignState.ACTIVE: _NOBODY,
        CampaignState.REJECTED: _US,
        CampaignState.SUSPENDED: _US,
        # It runs to the end of the period that is paid for, whenever that is.
        CampaignState.STOPPING: Wait(WaitingOn.VONAGE),
        CampaignState.STOPPED: _NOBODY,
        CampaignState.EXPIRED: _NOBODY,
        CampaignState.REFUSED: _US,
        CampaignState.UNKNOWN: Wait(WaitingOn.VONAGE),
    },
    Axis.CARRIER: {
        CarrierState.REVIEW: _CAMPAIGN_REVIEW,
        CarrierState.APPROVED: _NOBODY,
        CarrierState.REJECTED: _US,
        CarrierState.SUSPENDED: _US,
        CarrierState.UNKNOWN: Wait(WaitingOn.CARRIERS),
    },
    Axis.NUMBER: {
        NumberState.SUBMITTING: _SENDING,
        NumberState.PENDING: Wait(WaitingOn.CARRIERS, _MINUTES, timedelta(hours=36)),
        NumberState.LINKED: _NOBODY,
        NumberState.REJECTED: _US,
        NumberState.UNLINKING: Wait(WaitingOn.CARRIERS, _MINUTES, timedelta(hours=36)),
        NumberState.UNLINKED: _NOBODY,
        NumberState.REFUSED: _US,
        NumberState.UNKNOWN: Wait(WaitingOn.CARRIERS),
    },
}


def waiting_on(axis: Axis, state: str) -> WaitingOn:
    """Who has to move next for something in this state."""
    return WAITS[axis][state].on


def expected_by(axis: Axis, state: str, since: datetime) -> datetime | None:
    """When it should have moved on at the latest, counted from `since`; None where nobody can say."""
    late = WAITS[axis][state].late
    return None if late is None else since + late
