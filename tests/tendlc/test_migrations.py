"""What brands had on record before the columns for it is found by search after the move."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import make_api_key
from tests.migrating import migrate, whole_again
from tests.people import make_people

__all__ = ["whole_again"]
BEFORE, AFTER = ("tendlc", "0008_lists_in_order"), ("tendlc", "0009_brand_contacts")


def brands_at(target: tuple[str, str]) -> Any:
    return migrate(target).get_model("tendlc", "Brand").objects


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("whole_again")
def test_contacts_of_brands_are_filled_from_what_came_or_was_typed() -> None:
    people = make_people()
    owner = {
        "account_id": people.account.pk,
        "client_id": people.client.pk,
        "api_key_id": make_api_key(people.account).pk,
    }
    brands = brands_at(BEFORE)
    wished = {"email": "typed@example.com", "phone": "+1 (201) 555-0123", "alt_business_id": "D-1"}
    brands.create(**owner, remote_id="B1", wished=wished, raw={"email": "told@example.com", "phone": 7})
    brands.create(**owner, remote_id="B2", raw={"brand_id": "B2"})

    rows = brands_at(AFTER).order_by("remote_id").values_list("email", "phone", "alt_business_id")

    assert list(rows) == [("told@example.com", "12015550123", "D-1"), ("", "", "")]
    assert brands_at(BEFORE).count() == 2
