"""The snapshot as the database tells it: one fact spoiled at a time, one statement, no row of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import ApiKey
from registry import models
from registry.enums import Access, Activity, ApplicationState, CheckState, DecisionState, Exclusion
from registry.gate import Denial
from registry.gate_log import gate_log
from registry.queries.gate import ask_by_token, ask_gate, explain_gate, load_snapshot
from tests.builders import make_access_token, make_account, make_api_key
from tests.people import People
from tests.registry.gate_world import World, in_playground, make_check, make_world

Spoil = Callable[[World], Any]
NOW = timezone.now()


@pytest.fixture
def world(people: People) -> World:
    return make_world(people.account, user=people.member)


def test_gate_allows_what_both_levels_accepted(world: World) -> None:
    assert ask_gate(world.question()).allowed
    assert ask_gate(world.question(mode="production", purpose="dpv:FraudPreventionAndDetection")).allowed


def spoil(name: str, **values: Any) -> Spoil:
    """Set columns of one row of the world, past every guard of the application."""

    def apply(world: World) -> None:
        row = getattr(world, name)
        type(row)._base_manager.filter(pk=row.pk).update(**values)

    return apply


def decided(name: str, state: str, **values: Any) -> Spoil:
    return spoil(name, state=state, **values)


def check(state: str, *, business: str = DecisionState.ACCEPTED) -> Spoil:
    def apply(world: World) -> None:
        make_check(world, state)
        spoil("business", state=business)(world)

    return apply


def other_key(world: World) -> None:
    """The application moves to a key the profile neither belongs to nor was assigned to; the question follows."""
    spoil("application", api_key=make_api_key(world.application.account))(world)
    world.application.refresh_from_db()


def later_round(world: World) -> None:
    """Asked again: the yes of the first round no longer counts."""
    spoil("decision", is_latest=False)(world)
    fields = {field.attname: getattr(world.decision, field.attname) for field in models.Decision._meta.fields}
    models.Decision.objects.create(
        **fields | {"id": None, "round": 2, "is_latest": True, "state": DecisionState.PROCESSING}
    )


TODAY = timezone.now().date()
D, X = DecisionState, Exclusion
SPOILED: list[tuple[Spoil, Denial]] = [
    (spoil("application", remote_id="app-x"), Denial.UNKNOWN_APPLICATION),
    (spoil("application", state=ApplicationState.SUBMITTING), Denial.UNKNOWN_APPLICATION),
    (lambda world: spoil("application", state="deleted")(world), Denial.APPLICATION_DELETED),
    (spoil("application", gone_at=NOW), Denial.APPLICATION_DELETED),
    (spoil("application", access=""), Denial.NOT_ENABLED),
    (spoil("feature", is_active=False), Denial.FEATURE_UNKNOWN),
    (other_key, Denial.KEY_NOT_ASSIGNED),
    (spoil("standing", deleted_at=NOW), Denial.PROFILE_DELETED),
    (spoil("company", deleted_at=NOW), Denial.PROFILE_DELETED),
    (spoil("standing", withdrawn_at=NOW), Denial.PROFILE_WITHDRAWN),
    (spoil("company", withdrawn_at=NOW), Denial.PROFILE_WITHDRAWN),
    (spoil("operator", is_active=False), Denial.OPERATOR_UNKNOWN),
    (spoil("country", removed_version=2), Denial.COUNTRY_NOT_REQUESTED),
    (spoil("purpose", code="Marketing"), Denial.PURPOSE_MISMATCH),
    (spoil("offer", is_active=False), Denial.FEATURE_NOT_OFFERED),
    (spoil("offer", ends_on=TODAY - timedelta(days=1)), Denial.FEATURE_NOT_OFFERED),
    (spoil("offer", starts_on=TODAY + timedelta(days=1)), Denial.FEATURE_NOT_OFFERED),
    (spoil("feature", sunset_on=TODAY), Denial.FEATURE_NOT_OFFERED),
    (spoil("feature", available_from=TODAY + timedelta(days=1)), Denial.FEATURE_NOT_OFFERED),
    (check(CheckState.FAILED), Denial.VETTING_FAILED),
    (check(CheckState.PENDING, business=D.PROCESSING), Denial.VETTING_REQUIRED),
    (check(CheckState.PASSED, business=D.PROCESSING), Denial.BUSINESS_PENDING),
    (decided("business", D.EXCLUDED, exclusion=X.VETTING_DECLINED), Denial.VETTING_DECLINED),
    (decided("business", D.EXCLUDED, exclusion=X.FEATURE_NOT_OFFERED), Denial.BUSINESS_EXCLUDED),
    (decided("business", D.WITHDRAWN), Denial.BUSINESS_WITHDRAWN),
    (decided("business", D.CLOSED), Denial.BUSINESS_CLOSED),
    (decided("business", D.REJECTED), Denial.BUSINESS_REJECTED),
    (decided("business", D.INFORMATION), Denial.BUSINESS_INFORMATION),
    (decided("business", D.PROCESSING), Denial.BUSINESS_PENDING),
    (spoil("business", activity=Activity.SUSPENDED), Denial.BUSINESS_SUSPENDED),
    (spoil("business", activity=Activity.REVOKED), Denial.BUSINESS_REVOKED),
    (spoil("business", is_latest=False), Denial.BUSINESS_PENDING),
    (decided("decision", D.EXCLUDED, exclusion=X.VETTING_DECLINED), Denial.VETTING_DECLINED),
    (decided("decision", D.EXCLUDED, exclusion=X.FEATURE_NOT_OFFERED), Denial.EXCLUDED),
    (decided("decision", D.WITHDRAWN), Denial.WITHDRAWN),
    (decided("decision", D.CLOSED), Denial.CLOSED),
    (decided("decision", D.REJECTED), Denial.REJECTED),
    (decided("decision", D.INFORMATION), Denial.INFORMATION),
    (decided("decision", D.WAITING), Denial.PENDING),
    (spoil("decision", activity=Activity.SUSPENDED), Denial.SUSPENDED),
    (spoil("decision", activity=Activity.REVOKED), Denial.REVOKED),
    (later_round, Denial.PENDING),
]


@pytest.mark.parametrize(("spoiling", "reason"), SPOILED)
def test_gate_reads_each_fact_from_its_row(world: World, spoiling: Spoil, reason: Denial) -> None:
    asked = world.question()
    spoiling(world)
    if reason is Denial.KEY_NOT_ASSIGNED:
        asked = world.question()
    assert ask_gate(asked).reason is reason


ASKED: list[tuple[dict[str, str], Denial]] = [
    ({"api_key": ""}, Denial.MALFORMED),
    ({"feature": "a" * 81}, Denial.MALFORMED),
    ({"operator": "es\0"}, Denial.MALFORMED),
    ({"mode": "sandbox"}, Denial.MALFORMED),
    ({"application_id": "app"}, Denial.UNKNOWN_APPLICATION),
    ({"mode": "playground"}, Denial.MODE_MISMATCH),
    ({"api_key": "elsewhere"}, Denial.KEY_NOT_OF_APPLICATION),
    ({"feature": "geofencing"}, Denial.FEATURE_UNKNOWN),
    ({"operator": "es-sur"}, Denial.OPERATOR_UNKNOWN),
    ({"operator": ""}, Denial.OPERATOR_UNKNOWN),
    ({"purpose": ""}, Denial.PURPOSE_MISMATCH),
    ({"purpose": "Marketing"}, Denial.PURPOSE_MISMATCH),
]


@pytest.mark.parametrize(("changes", "reason"), ASKED)
def test_gate_reads_each_word_of_the_question(world: World, changes: dict[str, str], reason: Denial) -> None:
    assert ask_gate(world.question(**changes)).reason is reason


def test_a_known_feature_that_was_not_asked_for_is_not_in_the_profile(world: World) -> None:
    models.Feature.objects.create(code="geofencing", name="Geofencing")
    assert ask_gate(world.question(feature="geofencing")).reason is Denial.FEATURE_NOT_IN_PROFILE


def test_an_assigned_key_is_as_good_as_the_owner_s(world: World, people: People) -> None:
    other_key(world)
    models.KeyAssignment.objects.create(
        **world.owner, profile=world.profile, api_key=world.application.api_key, by=people.member
    )
    assert ask_gate(world.question()).allowed


def test_expired_vetting_leaves_decisions_as_they_are(world: World) -> None:
    make_check(world, CheckState.EXPIRED)
    assert ask_gate(world.question()).allowed


def test_playground_asks_no_operator_and_lets_only_its_numbers_through(world: World) -> None:
    """Suspended, revoked, not registered at all: the Playground is for testing while one waits."""
    in_playground(world, "34600000001", "34600000002")
    bare = {"operator": "", "purpose": ""}
    assert ask_gate(world.question(number="+34600000002", **bare)).allowed
    assert ask_gate(world.question(number="34600000001", **bare)).allowed
    assert ask_gate(world.question(number="+99012345678", **bare)).allowed
    assert ask_gate(world.question(**bare)).reason is Denial.PLAYGROUND_NUMBER_MISSING
    stranger = ask_gate(world.question(number="+34600000003", **bare))
    assert stranger.reason is Denial.PLAYGROUND_NUMBER_NOT_ALLOWED
    assert ask_gate(world.question(number="+3460000000x", **bare)).reason is Denial.MALFORMED
    assert ask_gate(world.question(mode="production")).reason is Denial.MODE_MISMATCH


def test_test_numbers_are_of_one_application(world: World, people: People) -> None:
    other = in_playground(make_world(people.account, user=people.member), "34600000001")
    in_playground(world)
    assert ask_gate(other.question(number="+34600000001")).allowed
    asked = ask_gate(world.question(number="+34600000001"))
    assert asked.reason is Denial.PLAYGROUND_NUMBER_NOT_ALLOWED


def test_gate_needs_one_statement(world: World) -> None:
    ask_gate(world.question())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load_snapshot(world.question())
        load_snapshot(world.question(), account_id=world.application.account_id)
    assert len(queries) == 2


def test_gate_of_an_account_knows_no_application_of_another(world: World, people: People) -> None:
    asked = ask_gate(world.question(), account_id=people.stranger_account.pk)
    assert asked.reason is Denial.UNKNOWN_APPLICATION
    assert ask_gate(world.question(), account_id=people.account.pk).allowed


def test_an_id_known_in_two_accounts_is_nobody_s_unless_the_account_is_named(world: World) -> None:
    other = make_world(make_account(), user=world.user)
    spoil("application", remote_id=world.application.remote_id)(other)
    assert ask_gate(world.question()).reason is Denial.UNKNOWN_APPLICATION
    assert ask_gate(world.question(), account_id=world.application.account_id).allowed


def test_rows_of_another_account_never_open_the_gate(world: World) -> None:
    """A link across accounts, which nothing should ever make, gives no profile and so no yes."""
    other = make_world(make_account(), user=world.user)
    spoil("application", application_profile=world.profile, api_key=other.application.api_key)(other)
    assert ask_gate(other.question()).reason is Denial.KEY_NOT_ASSIGNED


def test_a_deactivated_account_has_no_applications(world: World) -> None:
    type(world.application.account).objects.filter(pk=world.application.account_id).update(is_active=False)
    assert ask_gate(world.question()).reason is Denial.UNKNOWN_APPLICATION


def test_a_database_that_does_not_answer_is_a_deny(world: World) -> None:
    def refuse(*_arguments: Any) -> None:
        raise RuntimeError("no database today")

    with connection.execute_wrapper(refuse):
        assert ask_gate(world.question()).reason is Denial.ERROR
    gate_log.flush()
    assert models.GateAnswer.objects.get().reason == "error"


@pytest.mark.parametrize(("spoiling", "reason"), SPOILED)
def test_a_token_asks_about_the_same_facts(
    world: World, people: People, spoiling: Spoil, reason: Denial
) -> None:
    asked, token = world.question(), make_access_token(people.account, people.member).token
    spoiling(world)
    if reason is Denial.KEY_NOT_ASSIGNED:
        asked = world.question()
    told = ask_by_token(token, asked)
    assert told is not None
    assert told.answer.reason is reason


def test_a_member_of_another_client_is_told_nothing(world: World, people: People) -> None:
    told, snapshot = explain_gate(world.question(), people.scope(people.limited))
    assert told.answer.reason is Denial.UNKNOWN_APPLICATION
    assert snapshot.application_pk is None
    assert explain_gate(world.question(), people.scope(people.member))[0].answer.allowed


def test_access_without_a_profile_is_no_access_at_all(world: World) -> None:
    """The database refuses Production without a profile, so this is the Playground's row in Production's place."""
    in_playground(world)
    snapshot = load_snapshot(world.question())
    assert (snapshot.access, snapshot.profile_id, snapshot.key_assigned) == (Access.PLAYGROUND, None, False)
    assert ApiKey.objects.filter(key=snapshot.application_key).exists()
