"""Changing, deleting and revetting a brand, requesting and importing vettings: each done once, whatever is lost.

The simulator's own uniqueness is off (see `desk`), so that a broken engine would show.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from portal.history.models import AuditEntry, Refusal
from portal.notices.models import Notice
from portal.outbox.calls import open_api
from portal.outbox.enums import OperationState as S
from portal.outbox.models import Attempt, Operation
from tendlc import actions
from tendlc.client import TenDlcClient
from tendlc.models import Brand, Vetting
from tendlc.sync import walk_key
from tests.outbox.conftest import Desk, answer_inquiries, run, run_until

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
Begin = Callable[[Desk, Brand], None]


def newest() -> Operation:
    return Operation.objects.latest("id")


def change(desk: Desk, brand: Brand) -> None:
    actions.change_brand(desk.scope, brand, {"website": "https://shoes.example"}, actor=desk.scope.user)


def delete(desk: Desk, brand: Brand) -> None:
    actions.delete_brand(desk.scope, brand, actor=desk.scope.user)


def revet(desk: Desk, brand: Brand) -> None:
    actions.revet_brand(desk.scope, brand, actor=desk.scope.user)


def request(desk: Desk, brand: Brand) -> None:
    actions.request_vetting(
        desk.scope, brand, evp_id="AEGIS", vetting_class="STANDARD", actor=desk.scope.user
    )


def bring_in(desk: Desk, brand: Brand) -> None:
    actions.import_vetting(
        desk.scope,
        brand,
        vetting_id="v-elsewhere-1",
        evp_id="CV",
        vetting_class="POLITICAL",
        token="cv|1.0|tcr|secret-token",
        actor=desk.scope.user,
    )


KINDS = {
    "change_brand": change,
    "delete_brand": delete,
    "revet_brand": revet,
    "order_vetting": request,
    "import_vetting": bring_in,
}


@pytest.fixture
def brand(desk: Desk) -> Brand:
    return unverified(desk)


def unverified(desk: Desk) -> Brand:
    """A brand that Vonage knows and could not verify."""
    brand = desk.brand()
    run()
    brand.refresh_from_db()
    desk.simulator.control("status", {"brand_id": brand.remote_id, "status": "UNVERIFIED"})
    actions.sync_now(desk.scope, brand, actor=desk.scope.user)
    answer_inquiries()
    brand.refresh_from_db()
    return brand


def alter(desk: Desk, skip: int, **values: str) -> None:
    """Readings of a brand after the next `skip` show other values."""
    fault = {"operation": "read_brand", "kind": "alter", "when": "after", "skip": skip, "count": 9}
    desk.simulator.control("faults", {**fault, "params": {"set": values}})


@pytest.mark.parametrize("name", KINDS)
def test_effect_is_made_once(desk: Desk, brand: Brand, name: str) -> None:
    KINDS[name](desk, brand)
    run()
    assert (newest().state, desk.effects(name)) == (S.APPLIED, 1)


@pytest.mark.parametrize("name", KINDS)
def test_effect_whose_answer_was_lost_is_found_and_not_made_again(
    desk: Desk, brand: Brand, name: str
) -> None:
    KINDS[name](desk, brand)
    desk.fault(name, "close", when="after")
    run()
    assert (newest().state, newest().attempt_count, desk.effects(name)) == (S.APPLIED, 1, 1)


@pytest.mark.parametrize("name", ["change_brand", "delete_brand", "import_vetting"])
def test_request_lost_on_the_way_is_sent_once_more(desk: Desk, brand: Brand, name: str) -> None:
    KINDS[name](desk, brand)
    desk.fault(name, "close", when="before")
    run()
    assert (newest().state, newest().attempt_count, desk.effects(name)) == (S.APPLIED, 2, 1)


@pytest.mark.parametrize("name", ["revet_brand", "order_vetting"])
def test_paid_request_lost_on_the_way_is_left_to_a_person(desk: Desk, brand: Brand, name: str) -> None:
    KINDS[name](desk, brand)
    desk.fault(name, "close", when="before")
    run()
    operation = newest()
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (S.REVIEW, "absent", 1)
    assert desk.effects(name) == 0


@pytest.mark.parametrize("name", ["change_brand", "delete_brand", "order_vetting", "import_vetting"])
def test_second_click_finds_the_first(desk: Desk, brand: Brand, name: str) -> None:
    """Through the form's token; the operations are one."""
    acts: dict[str, Callable[[], object]] = {
        "change_brand": lambda: actions.change_brand(
            desk.scope, brand, {"city": "Newark"}, actor=desk.scope.user, form_token="t"
        ),
        "delete_brand": lambda: actions.delete_brand(
            desk.scope, brand, actor=desk.scope.user, form_token="t"
        ),
        "order_vetting": lambda: actions.request_vetting(
            desk.scope,
            brand,
            evp_id="AEGIS",
            vetting_class="STANDARD",
            actor=desk.scope.user,
            form_token="t",
        ),
        "import_vetting": lambda: actions.import_vetting(
            desk.scope,
            brand,
            vetting_id="v1",
            evp_id="AEGIS",
            vetting_class="STANDARD",
            actor=desk.scope.user,
            form_token="t",
        ),
    }
    first, second = acts[name](), acts[name]()
    run()
    assert (first, desk.effects(name)) == (second, 1)


def test_change_that_is_there_already_is_not_sent(desk: Desk, brand: Brand) -> None:
    change(desk, brand)
    run()
    change(desk, brand)
    run()
    assert (newest().state, newest().attempt_count, desk.effects("change_brand")) == (S.APPLIED, 0, 1)


def test_change_is_compared_in_normal_form(desk: Desk, brand: Brand) -> None:
    """Vonage may write a phone number its own way: that is the same value all the same."""
    changes = {"phone": "12015550199", "website": "https://WWW.shoes.example/"}
    actions.change_brand(desk.scope, brand, changes, actor=desk.scope.user)
    desk.fault("change_brand", "close", when="after")
    alter(desk, 1, phone="+1 (201) 555-0199")
    run()
    assert (newest().state, desk.effects("change_brand")) == (S.APPLIED, 1)


def test_refused_change_leaves_the_brand_and_keeps_the_wish(desk: Desk, brand: Brand) -> None:
    actions.change_brand(desk.scope, brand, {"company_name": "Acme Duplicate Inc"}, actor=desk.scope.user)
    run()
    state = brand.state
    brand.refresh_from_db()
    assert (newest().state, brand.state, brand.company_name) == (S.REFUSED, state, "Acme Shoes Inc")
    assert brand.wished["company_name"] == "Acme Duplicate Inc"
    assert Refusal.objects.filter(object_id=brand.pk).exists()
    assert Notice.objects.filter(kind="tendlc.brand_change_refused").count() == 1


def test_deleted_brand_is_marked_with_all_that_hangs_on_it(desk: Desk, brand: Brand) -> None:
    request(desk, brand)
    run()
    delete(desk, brand)
    run()
    brand.refresh_from_db()
    assert brand.gone_at is not None
    assert Vetting.objects.get().gone_at is not None
    assert Notice.objects.filter(kind="tendlc.brand_deleted").count() == 1


def test_delete_of_what_is_gone_already_counts_as_done(desk: Desk, brand: Brand) -> None:
    desk.simulator.control("remove", {"brand_id": brand.remote_id})
    delete(desk, brand)
    run()
    brand.refresh_from_db()
    assert (newest().state, desk.effects("delete_brand"), brand.gone_at is None) == (S.APPLIED, 0, False)


def test_revet_of_a_brand_that_merely_changed_is_for_a_person(desk: Desk, brand: Brand) -> None:
    """The request is lost, and meanwhile somebody edits the brand: that is no proof of a revet."""
    revet(desk, brand)
    desk.fault("revet_brand", "close", when="before")
    alter(desk, 1, last_updated="2030-01-01 00:00:00")
    run()
    assert (newest().state, newest().waiting_for) == (S.REVIEW, "possible_match")
    assert desk.effects("revet_brand") == 0


def test_revet_that_was_used_up_elsewhere_is_refused_in_words(desk: Desk, brand: Brand) -> None:
    TenDlcClient(open_api(desk.api_key)).revet_brand(brand.remote_id)
    desk.simulator.control("status", {"brand_id": brand.remote_id, "status": "UNVERIFIED"})
    revet(desk, brand)
    run()
    assert (newest().state, desk.effects("revet_brand")) == (S.REFUSED, 1)
    assert "revetted before" in newest().last_error["detail"]
    assert Notice.objects.filter(kind="tendlc.brand_revet_refused").count() == 1


def test_brand_with_live_campaigns_may_not_be_deleted_and_stays(desk: Desk) -> None:
    brand = desk.registered_campaign().brand
    delete(desk, brand)
    run()
    brand.refresh_from_db()
    assert (newest().state, brand.gone_at, desk.effects("delete_brand")) == (S.REFUSED, None, 0)
    assert Notice.objects.filter(kind="tendlc.brand_delete_refused").count() == 1


def test_vetting_that_the_mirror_found_first_is_folded_into_the_one_asked_for(
    desk: Desk, brand: Brand
) -> None:
    request(desk, brand)
    desk.fault("order_vetting", "close", when="after")
    desk.fault("list_vettings", "status", when="after", count=1, code=500)
    run_until(lambda: newest().state == S.UNKNOWN)
    walk_key(desk.api_key, open_api(desk.api_key))
    run()
    vetting = Vetting.objects.get()
    assert (newest().state, vetting.authorised_by) == (S.APPLIED, desk.scope.user)


def test_second_revet_is_refused_here_with_the_reason(desk: Desk, brand: Brand) -> None:
    revet(desk, brand)
    run()
    desk.simulator.control("status", {"brand_id": brand.remote_id, "status": "UNVERIFIED"})
    brand.refresh_from_db()
    with pytest.raises(actions.NotNow, match="Vonage allows it once"):
        revet(desk, brand)
    assert desk.effects("revet_brand") == 1


def test_finished_vetting_of_the_same_kind_keeps_no_new_one_from_being_ordered(
    desk: Desk, brand: Brand
) -> None:
    request(desk, brand)
    run()
    first = Vetting.objects.get()
    desk.simulator.control("status", {"vetting_id": first.remote_id, "status": "EXPIRED"})
    request(desk, brand)
    desk.fault("order_vetting", "close", when="after")
    run()
    assert (newest().state, desk.effects("order_vetting")) == (S.APPLIED, 2)
    assert Vetting.objects.exclude(pk=first.pk).get().remote_id not in ("", first.remote_id)


def test_vetting_ordered_elsewhere_and_under_way_is_not_paid_twice(desk: Desk, brand: Brand) -> None:
    request(desk, brand)
    run()
    Vetting.objects.all().delete()
    request(desk, brand)
    run()
    assert (newest().state, newest().waiting_for) == (S.REVIEW, "exists_already")
    assert desk.effects("order_vetting") == 1


@pytest.mark.parametrize(("word", "effects"), [("Vetconflict", 0), ("Vetconflicted", 1)])
def test_vetting_conflict_is_looked_up(desk: Desk, word: str, effects: int) -> None:
    brand = desk.brand(company_name=f"Acme {word} Inc")
    run()
    brand.refresh_from_db()
    request(desk, brand)
    run()
    assert newest().state == (S.APPLIED if effects else S.REVIEW)
    assert desk.effects("order_vetting") == effects


def test_refused_vetting_is_told_with_its_fields(desk: Desk, brand: Brand) -> None:
    actions.request_vetting(
        desk.scope, brand, evp_id="NOBODY", vetting_class="STANDARD", actor=desk.scope.user
    )
    run()
    vetting = Vetting.objects.get()
    assert (newest().state, vetting.state) == (S.REFUSED, "refused")
    assert newest().last_error["fields"][0]["field"] == "evp_id"


def test_token_of_an_import_is_stored_nowhere_in_clear(desk: Desk, brand: Brand) -> None:
    bring_in(desk, brand)
    token = "secret-token"
    assert token in Vetting.objects.get().token
    run()
    vetting = Vetting.objects.get()
    assert vetting.token == ""
    assert vetting.is_being_validated
    stored = [
        *Operation.objects.values_list("payload", "last_error", "candidates"),
        *Attempt.objects.values_list("answer", "problem"),
        *AuditEntry.objects.values_list("before", "after"),
        (vetting.raw,),
    ]
    assert token not in json.dumps(stored)
    sent = desk.simulator.ledger(operation="import_vetting")[-1]
    assert token in json.dumps(sent)


def test_refused_import_can_be_tried_again_with_its_id(desk: Desk, brand: Brand) -> None:
    actions.import_vetting(
        desk.scope, brand, vetting_id="v-9", evp_id="CV", vetting_class="POLITICAL", actor=desk.scope.user
    )
    run()
    assert (Vetting.objects.get().state, Vetting.objects.get().remote_id) == ("refused", "")
    actions.import_vetting(
        desk.scope,
        brand,
        vetting_id="v-9",
        evp_id="CV",
        vetting_class="POLITICAL",
        token="good",
        actor=desk.scope.user,
    )
    run()
    assert desk.effects("import_vetting") == 1
