"""One accepted registration, a hundred thousand times over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models

from benchmarks.measuring.copies import copy, unchecked
from registry.gate import Question
from tests.builders import make_access_token, make_account, make_membership
from tests.registry.gate_world import World, make_world

# Ids of the copies: this and their number.
FIRST: Final = 1_000_000
OWN: Final = f"{FIRST} + i"


def make_rows(profiles: int) -> tuple[World, str]:
    """A template with its copies, and an access token of their account."""
    membership = make_membership(account=make_account())
    world = make_world(membership.account, user=membership.user)
    token = make_access_token(membership.account, membership.user).token
    company, profile = {"business_profile_id": OWN}, {"application_profile_id": OWN}

    def copy_all(template: models.Model, changes: Mapping[str, str] | None = None) -> None:
        copy(template, profiles, {"id": OWN, **(changes or {})})

    with unchecked():
        copy_all(world.application.api_key, {"key": "'k' || i"})
        copy_all(world.company)
        copy_all(world.country, {"profile_id": OWN})
        copy_all(world.profile, company | {"api_key_id": OWN})
        copy_all(world.profile.features.get(), {"profile_id": OWN})
        copy_all(world.standing, {"profile_id": OWN})
        copy_all(world.application, profile | {"api_key_id": OWN, "remote_id": "'copy-' || i"})
        for decision, first, ids in (
            (world.business, FIRST, company),
            (world.decision, FIRST * 2, company | profile),
        ):
            own = {"id": f"{first} + i"}
            copy_all(decision.case, ids | own)
            copy_all(decision, ids | own | {"case_id": f"{first} + i"})
    return world, token


def question(world: World, number: int) -> Question:
    """About one of the copies, numbered from 1."""
    return world.question(application_id=f"copy-{number}", api_key=f"k{number}")
