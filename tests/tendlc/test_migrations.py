"""What brands had on record before the columns for it is found by search after the move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.builders import make_api_key
from tests.people import make_people

BEFORE, AFTER = ("tendlc", "0008_lists_in_order"), ("tendlc", "0009_brand_contacts")


def migrate(target: tuple[str, str]) -> Any:
    """Migrate the app; its model of a brand as it is then."""
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps.get_model("tendlc", "Brand")


@pytest.fixture
def _whole() -> Iterator[None]:
    """Whatever happens, the next test finds every table."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_whole")
def test_contacts_of_brands_are_filled_from_what_came_or_was_typed() -> None:
    people = make_people()
    owner = {
        "account_id": people.account.pk,
        "client_id": people.client.pk,
        "api_key_id": make_api_key(people.account).pk,
    }
    brands = migrate(BEFORE).objects
    wished = {"email": "typed@example.com", "phone": "+1 (201) 555-0123", "alt_business_id": "D-1"}
    brands.create(**owner, remote_id="B1", wished=wished, raw={"email": "told@example.com", "phone": 7})
    brands.create(**owner, remote_id="B2", raw={"brand_id": "B2"})

    rows = migrate(AFTER).objects.order_by("remote_id").values_list("email", "phone", "alt_business_id")

    assert list(rows) == [("told@example.com", "12015550123", "D-1"), ("", "", "")]
    assert migrate(BEFORE).objects.count() == 2
