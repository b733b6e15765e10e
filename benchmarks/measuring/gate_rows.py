"""One accepted registration, a hundred thousand times over."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from django.db import models

from benchmarks.measuring.copies import copy, unchecked
from registry.gate import Question
from tests.builders import make_access_token, make_account, make_membership
from tests.registry.gate_world import World, make_world

PROFILES: Final = int(os.environ.get("BENCH_PROFILES", 100_000))
# Ids of the copies: this and their number.
FIRST: Final = 1_000_000
OWN: Final = f"{FIRST} + i"


def make_rows() -> tuple[World, str]:
    """A template with its copies, and an access token of their account."""
    membership = make_membership(account=make_account())
    world = make_world(membership.account, user=membership.user)
    token = make_access_token(membership.account, membership.user).token
    company, profile = {"business_profile_id": OWN}, {"application_profile_id": OWN}
    with unchecked():
        _copy(world.application.api_key, {"key": "'k' || i"})
        _copy(world.company)
        _copy(world.country, {"profile_id": OWN})
        _copy(world.profile, company | {"api_key_id": OWN})
        _copy(world.profile.features.get(), {"profile_id": OWN})
        _copy(world.standing, {"profile_id": OWN})
        _copy(world.application, profile | {"api_key_id": OWN, "remote_id": "'copy-' || i"})
        for decision, first, ids in (
            (world.business, FIRST, company),
            (world.decision, FIRST * 2, company | profile),
        ):
            own = {"id": f"{first} + i"}
            _copy(decision.case, ids | own)
            _copy(decision, ids | own | {"case_id": f"{first} + i"})
    return world, token


def question(world: World, number: int) -> Question:
    """About one of the copies, numbered from 1."""
    return world.question(application_id=f"copy-{number}", api_key=f"k{number}")


def _copy(template: models.Model, changes: Mapping[str, str] | None = None) -> None:
    copy(template, PROFILES, {"id": OWN, **(changes or {})})
