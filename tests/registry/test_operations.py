"""One effect at Vonage for each wish, whatever becomes of the answers; and everything else is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from portal.history.models import Refusal
from portal.notices.models import Notice
from portal.outbox.actions import cancel
from portal.outbox.calls import open_api
from portal.outbox.enums import OperationState as S
from registry.actions.network_applications import (
    Wanted,
    change_application,
    delete_application,
    wanted_now,
)
from registry.enums import Access, ApplicationState
from registry.models import ApplicationStanding, NetworkApplication
from registry.queries.application_profiles import linked_applications
from registry.queries.network_applications import uses_of
from registry.sync.network_applications import walk_applications
from tests.registry.conftest import PLAYGROUND, Desk, operation_of, run, run_again
from tests.registry.network_builders import accepted_profile, make_public_key

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


def create(desk: Desk) -> NetworkApplication:
    return desk.application(access=Access.PLAYGROUND)


def update(desk: Desk) -> NetworkApplication:
    row = desk.known_application()
    wanted = wanted_now(row, name="Sign-in", access=Access.PLAYGROUND)
    change_application(desk.scope, row, wanted, actor=desk.scope.user)
    return row


def delete(desk: Desk) -> NetworkApplication:
    row = desk.known_application(access=Access.PLAYGROUND)
    delete_application(desk.scope, row, actor=desk.scope.user)
    return row


KINDS: dict[str, Callable[[Desk], NetworkApplication]] = {
    "create_application": create,
    "replace_application": update,
    "delete_application": delete,
}
ENDS = {
    "create_application": ("Login", ApplicationState.ACTIVE, Access.PLAYGROUND),
    "replace_application": ("Sign-in", ApplicationState.ACTIVE, Access.PLAYGROUND),
    "delete_application": ("Login", ApplicationState.DELETED, ""),
}
LOST_AFTER = [
    {"kind": "reset", "when": "after"},
    {"kind": "close", "when": "after"},
    {"kind": "status", "code": 500, "when": "after"},
    {"kind": "status", "code": 504, "when": "after"},
    {"kind": "redirect", "when": "after"},
]
UNREADABLE = [{"kind": kind, "when": "after"} for kind in ("truncated", "invalid_json", "html", "wrong_id")]


def is_as_wished(row: NetworkApplication, name: str) -> bool:
    row.refresh_from_db()
    return (row.name, row.state, row.access) == ENDS[name]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_applied_once(desk: Desk, name: str) -> None:
    row = KINDS[name](desk)
    run()

    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, desk.effects(name)) == (S.APPLIED, 1, 1)
    assert is_as_wished(row, name)


@pytest.mark.parametrize("fault", LOST_AFTER, ids=lambda fault: f"{fault['kind']}{fault.get('code', '')}")
@pytest.mark.parametrize("name", KINDS)
def test_a_lost_answer_after_the_work_is_found_and_never_sent_again(
    desk: Desk, name: str, fault: dict[str, Any]
) -> None:
    row = KINDS[name](desk)
    desk.fault(name, **fault)
    run()

    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, desk.effects(name)) == (S.APPLIED, 1, 1)
    assert is_as_wished(row, name)


@pytest.mark.parametrize("fault", UNREADABLE, ids=lambda fault: str(fault["kind"]))
@pytest.mark.parametrize("name", ["create_application", "replace_application"])
def test_an_unreadable_answer_is_looked_up(desk: Desk, name: str, fault: dict[str, Any]) -> None:
    row = KINDS[name](desk)
    desk.fault(name, **fault)
    run()

    assert (operation_of(row).state, desk.effects(name)) == (S.APPLIED, 1)
    assert is_as_wished(row, name)


@pytest.mark.parametrize("kind", ["reset", "close"])
@pytest.mark.parametrize("name", KINDS)
def test_a_request_lost_before_the_work_is_sent_once_more_after_proven_absence(
    desk: Desk, name: str, kind: str
) -> None:
    row = KINDS[name](desk)
    desk.fault(name, kind, when="before")
    run()

    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, desk.effects(name)) == (S.APPLIED, 2, 1)
    assert is_as_wished(row, name)


def test_deletion_is_believed_only_while_the_key_may_still_read_its_list(desk: Desk) -> None:
    row = delete(desk)
    desk.fault("delete_application", "reset", when="after")
    desk.fault("list_applications", "status", when="before", code=500)
    run()
    row.refresh_from_db()
    assert (operation_of(row).state, row.state) == (S.UNKNOWN, ApplicationState.DELETING)
    run_again()

    assert is_as_wished(row, "delete_application")
    assert desk.effects("delete_application") == 1


def test_created_application_carries_what_was_asked_for(desk: Desk) -> None:
    key = make_public_key()
    row = desk.known_application(
        public_key=key, access=Access.PLAYGROUND, redirect_uri="https://a.example/cb"
    )

    (there,) = desk.at_vonage()
    assert there["keys"] == {"public_key": key}
    assert there["privacy"] == {"improve_ai": False}
    assert there["capabilities"] == {
        "network_apis": {"network_application_id": PLAYGROUND, "redirect_uri": "https://a.example/cb"}
    }
    assert (row.remote_network_application_id, row.improve_ai) == (PLAYGROUND, False)


def test_application_that_is_there_already_is_shown_to_a_person(desk: Desk) -> None:
    """The public key is the evidence: the same one elsewhere is never taken for ours by the machine."""
    key = make_public_key()
    desk.simulator.control("applications", {"key": desk.api_key.key, "fields": {"keys": {"public_key": key}}})

    row = desk.application(public_key=key)
    run()

    operation = operation_of(row)
    assert (operation.state, operation.waiting_for) == (S.REVIEW, "exists_already")
    assert desk.effects("create_application") == 0


def test_changing_gives_everything_else_back_as_it_was(desk: Desk) -> None:
    row = desk.known_application()
    voice = {"voice": {"region": "eu-west", "signed_callbacks": True}, "rtc": {}}
    elsewhere = {"name": "Login", "keys": {"public_key": row.public_key}, "capabilities": voice}
    desk.simulator.control(
        "applications", {"key": desk.api_key.key, "application_id": row.remote_id, "fields": elsewhere}
    )

    change_application(desk.scope, row, wanted_now(row, access=Access.PLAYGROUND), actor=desk.scope.user)
    run()
    (there,) = desk.at_vonage()
    assert there["capabilities"] == {**voice, "network_apis": {"network_application_id": PLAYGROUND}}
    assert there["keys"] == {"public_key": row.public_key}

    row.refresh_from_db()
    change_application(desk.scope, row, wanted_now(row, access=""), actor=desk.scope.user)
    row.refresh_from_db()
    assert row.access == Access.PLAYGROUND  # until Vonage has done it
    run()
    row.refresh_from_db()
    assert (row.access, desk.at_vonage()[0]["capabilities"]) == ("", voice)


FOREIGN = {
    "network_apis": {"network_application_id": "of-somebody-else", "redirect_uri": "https://b.example/"}
}


def imported(desk: Desk) -> NetworkApplication:
    """One that somebody else linked at Vonage, to a profile nobody here knows."""
    fields = {"name": "Theirs", "keys": {"public_key": make_public_key()}, "capabilities": FOREIGN}
    desk.simulator.control("applications", {"key": desk.api_key.key, "fields": fields})
    walk_applications(desk.api_key, open_api(desk.api_key))
    return NetworkApplication.objects.get(name="Theirs")


def test_a_link_that_is_not_ours_survives_a_change_of_something_else(desk: Desk) -> None:
    row = imported(desk)
    change_application(desk.scope, row, wanted_now(row, name="Renamed"), actor=desk.scope.user)
    run()
    (there,) = desk.at_vonage()
    assert (there["name"], there["capabilities"]) == ("Renamed", FOREIGN)

    row.refresh_from_db()
    off = wanted_now(row, access="", keeps_link=False)
    change_application(desk.scope, row, off, actor=desk.scope.user)
    run()
    assert desk.at_vonage()[0]["capabilities"] == {}


def test_a_link_counts_once_vonage_has_made_it(desk: Desk) -> None:
    first = accepted_profile(desk.scope.account, desk.api_key, known_as="net-a")
    second = accepted_profile(desk.scope.account, desk.api_key, known_as="net-b", name="Other")
    row = desk.known_application(access=Access.PRODUCTION, application_profile=first.pk)
    wanted = wanted_now(row, application_profile=second.pk)
    change_application(desk.scope, row, wanted, actor=desk.scope.user)

    row.refresh_from_db()
    assert (row.state, row.application_profile) == (ApplicationState.CHANGING, first)
    assert [list(linked_applications(one)) for one in (first, second)] == [[row], [row]]
    run()
    row.refresh_from_db()
    assert (row.state, row.application_profile) == (ApplicationState.ACTIVE, second)
    assert [list(linked_applications(one)) for one in (first, second)] == [[], [row]]


def test_an_application_being_connected_keeps_its_key_assigned(desk: Desk) -> None:
    row = desk.known_application()
    change_application(desk.scope, row, wanted_now(row, access=Access.PLAYGROUND), actor=desk.scope.user)
    row.refresh_from_db()
    assert row.access == ""
    assert list(uses_of(desk.api_key)) == [row]


def test_key_is_rotated_and_access_is_switched(desk: Desk) -> None:
    account = desk.scope.account
    profile = accepted_profile(account, desk.api_key, known_as="net-a")
    row = desk.known_application(access=Access.PLAYGROUND)
    key = make_public_key()

    wanted = Wanted("Login", key, access=Access.PRODUCTION, application_profile=profile.pk)
    change_application(desk.scope, row, wanted, actor=desk.scope.user)
    run()

    row.refresh_from_db()
    (there,) = desk.at_vonage()
    assert there["keys"] == {"public_key": key}
    assert there["capabilities"]["network_apis"] == {"network_application_id": "net-a"}
    assert (row.access, row.application_profile, row.public_key) == (Access.PRODUCTION, profile, key)


def test_one_profile_serves_any_number_of_applications_and_one_is_linked_anew(desk: Desk) -> None:
    first = accepted_profile(desk.scope.account, desk.api_key, known_as="net-a")
    second = accepted_profile(desk.scope.account, desk.api_key, known_as="net-b", name="Other")
    link = {"access": Access.PRODUCTION, "application_profile": first.pk}
    rows = [desk.known_application(**link) for _ in range(3)]

    wanted = wanted_now(rows[0], application_profile=second.pk)
    change_application(desk.scope, rows[0], wanted, actor=desk.scope.user)
    run()

    carried = [one["capabilities"]["network_apis"]["network_application_id"] for one in desk.at_vonage()]
    assert sorted(carried) == ["net-a", "net-a", "net-b"]
    assert first.applications.count() == 2


def test_profile_that_vonage_does_not_know_yet_waits_and_then_goes_out(desk: Desk) -> None:
    profile = accepted_profile(desk.scope.account, desk.api_key, known_as="")
    row = desk.application(access=Access.PRODUCTION, application_profile=profile.pk)
    run()
    operation = operation_of(row)
    assert (operation.state, operation.waiting_for) == (S.READY, "profile_unknown")
    assert desk.simulator.ledger() == []

    ApplicationStanding.objects.filter(profile=profile).update(network_application_id="net-late")
    run_again()

    (there,) = desk.at_vonage()
    assert there["capabilities"]["network_apis"] == {"network_application_id": "net-late"}


def test_playground_waits_until_the_portal_knows_its_id(desk: Desk, settings: Settings) -> None:
    settings.REGISTRY_PLAYGROUND_APPLICATION_ID = ""
    row = desk.application(access=Access.PLAYGROUND)
    run()
    assert operation_of(row).waiting_for == "playground_unknown"

    settings.REGISTRY_PLAYGROUND_APPLICATION_ID = PLAYGROUND
    run_again()

    assert operation_of(row).state == S.APPLIED


def test_refused_creation_waits_for_its_people_and_is_sent_again(desk: Desk) -> None:
    row = desk.application(name="Refuse me", access=Access.PLAYGROUND)
    run()
    row.refresh_from_db()
    assert (row.state, row.access) == (ApplicationState.REFUSED, "")
    refusal = Refusal.objects.get(object_type="registry.networkapplication", object_id=row.pk)
    assert refusal.fields == [{"code": None, "field": "name", "description": "is not allowed"}]
    assert Notice.objects.filter(kind="registry.application_refused").count() == 1

    wanted = Wanted("Login", make_public_key(), access=Access.PLAYGROUND)
    change_application(desk.scope, row, wanted, actor=desk.scope.user)
    run()

    row.refresh_from_db()
    refusal.refresh_from_db()
    assert (row.state, row.access, row.name) == (ApplicationState.ACTIVE, Access.PLAYGROUND, "Login")
    assert refusal.answered_by == operation_of(row).code


def test_refused_change_leaves_the_link_as_it_was(desk: Desk) -> None:
    profile = accepted_profile(desk.scope.account, desk.api_key, known_as="net-a")
    row = desk.known_application(access=Access.PRODUCTION, application_profile=profile.pk)

    wanted = wanted_now(row, name="Refuse me", access=Access.PLAYGROUND, application_profile=None)
    change_application(desk.scope, row, wanted, actor=desk.scope.user)
    run()

    row.refresh_from_db()
    assert (row.state, row.access, row.application_profile) == (
        ApplicationState.ACTIVE,
        Access.PRODUCTION,
        profile,
    )


def test_change_taken_back_tells_nobody(desk: Desk, settings: Settings) -> None:
    settings.REGISTRY_PLAYGROUND_APPLICATION_ID = ""
    row = desk.known_application()
    change_application(desk.scope, row, wanted_now(row, access=Access.PLAYGROUND), actor=desk.scope.user)
    run()

    cancel(desk.scope, operation_of(row), actor=desk.scope.user)

    row.refresh_from_db()
    assert (row.state, row.access) == (ApplicationState.ACTIVE, "")
    assert not Notice.objects.filter(kind="registry.application_refused").exists()


def test_read_that_fails_before_the_write_writes_nothing(desk: Desk) -> None:
    row = desk.known_application()
    change_application(desk.scope, row, wanted_now(row, access=Access.PLAYGROUND), actor=desk.scope.user)
    # The first read looks whether it is done already, the second is the one that the write starts from.
    fault = {"operation": "read_application", "kind": "status", "skip": 1, "params": {"code": 500}}
    desk.simulator.control("faults", fault)
    run()

    first, *_ = operation_of(row).attempts.order_by("number")
    assert (first.outcome, first.problem["reason"]) == ("not_sent", "read_failed")


def test_mirror_that_was_quicker_gives_way(desk: Desk) -> None:
    row = desk.application()
    desk.fault("create_application", "reset", when="after")
    desk.fault("list_applications", "status", when="before", skip=1, code=500)
    run()  # the look after the lost answer fails as well
    assert operation_of(row).state == S.UNKNOWN
    walk_applications(desk.api_key, open_api(desk.api_key))
    assert NetworkApplication.objects.count() == 2
    run_again()

    row.refresh_from_db()
    assert (NetworkApplication.objects.count(), row.state) == (1, ApplicationState.ACTIVE)
