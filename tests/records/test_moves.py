"""States move by table, and only from where they were last seen."""

from __future__ import annotations

import pytest

from portal.records.moves import IllegalMove, LostRace, move
from tendlc.models import Brand
from tests.tendlc.builders import make_brand

pytestmark = pytest.mark.django_db
TABLE = {"pending": frozenset({"verified", "unverified"}), "verified": frozenset({"vetted"})}


@pytest.fixture
def brand() -> Brand:
    return make_brand(state="pending")


def test_move_writes_state_and_updates_to_the_row_and_the_object(brand: Brand) -> None:
    move(brand, "verified", table=TABLE, remote_status="VERIFIED")
    assert (brand.state, brand.remote_status) == ("verified", "VERIFIED")
    stored = Brand.objects.get(pk=brand.pk)
    assert (stored.state, stored.remote_status) == ("verified", "VERIFIED")


@pytest.mark.parametrize("to", ["vetted", "pending", "nonsense"])
def test_move_that_the_table_does_not_know_is_refused(brand: Brand, to: str) -> None:
    with pytest.raises(IllegalMove, match=f"pending -> {to}"):
        move(brand, to, table=TABLE)
    assert Brand.objects.get(pk=brand.pk).state == brand.state == "pending"


def test_a_state_without_moves_is_an_end(brand: Brand) -> None:
    brand.state = "vetted"
    with pytest.raises(IllegalMove):
        move(brand, "pending", table=TABLE)


def test_the_second_of_two_loses_and_changes_nothing(brand: Brand) -> None:
    rival = Brand.objects.get(pk=brand.pk)
    move(rival, "verified", table=TABLE)
    with pytest.raises(LostRace):
        move(brand, "unverified", table=TABLE, remote_status="UNVERIFIED")
    stored = Brand.objects.get(pk=brand.pk)
    assert (stored.state, stored.remote_status) == ("verified", rival.remote_status)
    assert brand.state == "pending"


def test_move_works_on_any_column(brand: Brand) -> None:
    brand.waiting_on = "us"
    brand.save()
    move(brand, "vonage", table={"us": frozenset({"vonage"})}, field="waiting_on")
    assert Brand.objects.get(pk=brand.pk).waiting_on == "vonage"
