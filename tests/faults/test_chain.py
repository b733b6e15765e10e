"""A brand and the campaign that waits for it, while the brand's registration fails in every way there is.

Each run takes the ways that end differently; `make faults` (FAULTS_OPERATIONS) takes all of the matrix.
"""

from __future__ import annotations

import os

import pytest

from portal.outbox.enums import OperationState as S
from portal.outbox.models import Operation
from tendlc import actions
from tendlc.enums import CampaignState
from tendlc.models import Brand, Campaign
from tests.faults.matrix import CELLS, Cell
from tests.faults.world import ENDS, TRIALS, Ground, World, new_brand, operation_of
from tests.outbox.conftest import CAMPAIGN

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
BRANDS = TRIALS[0]
SHORT = (
    "F0 nothing",
    "F6 reset after the work",
    "F4 reset before the work",
    "F16 404",
    "F15 401 in the middle",
)
TRIED = [cell for cell in CELLS if os.environ.get("FAULTS_OPERATIONS") or cell.name in SHORT]


WRITES = ("create_brand", "create_campaign")


def chain(world: World, ground: Ground) -> tuple[Operation, Operation]:
    """A brand and a campaign that waits for it, neither sent."""
    parent = new_brand(world, ground)
    brand = Brand.objects.get(pk=parent.object_id)
    values = {**CAMPAIGN, "label": f"Chained {world.number()}"}
    campaign = actions.submit_campaign(world.scope, brand, values, actor=world.scope.user)
    return parent, operation_of(campaign)


def effects(world: World, since: int) -> tuple[int, int]:
    made = [len(world.simulator.ledger(operation=name, effect=True, since=since)) for name in WRITES]
    return made[0], made[1]


@pytest.mark.parametrize("cell", TRIED, ids=lambda cell: cell.name)
def test_a_campaign_goes_out_once_after_its_brand_or_not_at_all(world: World, cell: Cell) -> None:
    ground, since = world.ground(), world.now()
    parent, child = chain(world, ground)
    world.arm(cell, BRANDS)
    world.settle()
    world.disarm(cell)
    parent.refresh_from_db()
    child.refresh_from_db()
    brands, campaigns = effects(world, since)
    assert (parent.state in ENDS, brands <= 1, campaigns <= 1) == (True, True, True)
    if parent.state == S.APPLIED:
        assert (child.state, brands, campaigns) == (S.APPLIED, 1, 1)
    elif parent.state == S.REVIEW:
        assert (child.state, child.attempt_count) == (S.READY, 0)
    else:
        assert (child.state, child.attempt_count, campaigns) == (S.CANCELLED, 0, 0)
        assert Campaign.objects.get(pk=child.object_id).state == CampaignState.REFUSED
