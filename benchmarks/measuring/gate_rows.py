"""One accepted registration, a hundred thousand times over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import connection

from registry.gate import Question
from tests.builders import make_access_token, make_account, make_membership
from tests.registry.gate_world import World, make_world

PROFILES: Final = 100_000
# Ids of the copies: this and their number.
FIRST: Final = 1_000_000
OWN: Final = f"{FIRST} + i"


def make_rows() -> tuple[World, str]:
    """A template with its copies, and an access token of their account."""
    membership = make_membership(account=make_account())
    world = make_world(membership.account, user=membership.user)
    token = make_access_token(membership.account, membership.user).token
    company, profile = {"business_profile_id": OWN}, {"application_profile_id": OWN}
    with connection.cursor() as cursor:
        # Checking a million foreign keys that are right by construction would take longer than all the rest.
        cursor.execute("SET session_replication_role = replica")
    _copy("accounts_apikey", world.application.api_key_id, {"key": "'k' || i"})
    _copy("registry_businessprofile", world.company.pk)
    _copy("registry_profilecountry", world.country.pk, {"profile_id": OWN})
    _copy("registry_applicationprofile", world.profile.pk, company | {"api_key_id": OWN})
    _copy("registry_profilefeature", world.profile.features.get().pk, {"profile_id": OWN})
    _copy("registry_applicationstanding", world.standing.pk, {"profile_id": OWN})
    linked = profile | {"api_key_id": OWN, "remote_id": "'copy-' || i"}
    _copy("registry_networkapplication", world.application.pk, linked)
    for decision, first, ids in (
        (world.business, FIRST, company),
        (world.decision, FIRST * 2, company | profile),
    ):
        own = {"id": f"{first} + i"}
        _copy("registry_case", decision.case_id, ids | own)
        _copy("registry_decision", decision.pk, ids | own | {"case_id": f"{first} + i"})
    with connection.cursor() as cursor:
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")
    return world, token


def question(world: World, number: int) -> Question:
    """About one of the copies, numbered from 1."""
    return world.question(application_id=f"copy-{number}", api_key=f"k{number}")


def _copy(table: str, template: int, changes: Mapping[str, str] | None = None) -> None:
    changes = {"id": OWN, **(changes or {})}
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        values = ", ".join(changes.get(name, f'"{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}", generate_series(1, %s) i'
            ' WHERE "id" = %s',
            [PROFILES, template],
        )
