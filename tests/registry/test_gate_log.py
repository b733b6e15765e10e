"""What is kept of answers: Production's, without numbers, in bulk, and never in the way of the answer."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.desk.retention import retain
from registry.enums import DecisionState
from registry.gate import NOTHING, Answer, Denial, Question
from registry.gate_log import GateLog, gate_log
from registry.models import ApplicationStanding, Decision, GateAnswer
from registry.queries.gate import ask_gate, load_snapshot
from tests.people import People
from tests.registry.gate_world import World, in_playground, make_world

NUMBER = "+34600000001"


@pytest.fixture
def world(people: People) -> World:
    return make_world(people.account, user=people.member)


def test_an_answer_about_production_is_kept(world: World) -> None:
    ask_gate(world.question())
    Decision.objects.filter(pk=world.decision.pk).update(state=DecisionState.REJECTED)
    ask_gate(world.question())
    rows = GateAnswer.objects.order_by("pk").values_list("allowed", "reason", "application_id_asked")
    name = world.application.remote_id
    assert list(rows) == [(True, "", name), (False, "rejected", name)]
    row = GateAnswer.objects.latest("pk")
    assert (row.account, row.client) == (world.application.account, world.application.client)
    assert (row.operator_code, row.feature_code) == ("es-norte", "sim-swap")
    assert row.purpose_code == "FraudPreventionAndDetection"


def test_no_phone_number_is_ever_kept(world: World) -> None:
    ask_gate(world.question(number=NUMBER))
    in_playground(world, NUMBER[1:])
    ask_gate(world.question(number=NUMBER))
    ask_gate(world.question(number=NUMBER, mode="production"))
    ask_gate(world.question(number=NUMBER, application_id="app-unknown"))
    rows = list(GateAnswer.objects.values())
    assert [row["reason"] for row in rows] == ["", "unknown_application"]
    assert NUMBER[1:] not in repr(rows)


def test_answers_about_the_playground_and_malformed_questions_are_not_kept(world: World) -> None:
    in_playground(world)
    ask_gate(world.question(number=NUMBER))
    ask_gate(world.question(feature=""))
    ask_gate(world.question(mode="playground", application_id="unknown"))
    assert not GateAnswer.objects.exists()


def test_only_an_allowed_call_is_noted_on_the_profile(world: World) -> None:
    ask_gate(world.question(purpose="Marketing"))
    assert ApplicationStanding.objects.get().last_call_at is None
    ask_gate(world.question())
    first = ApplicationStanding.objects.get().last_call_at
    assert first == GateAnswer.objects.latest("pk").at
    late = timezone.now() + timedelta(days=1)
    ApplicationStanding.objects.update(last_call_at=late)
    ask_gate(world.question())
    assert ApplicationStanding.objects.get().last_call_at == late


def test_an_unknown_application_is_kept_for_the_account_that_asked(world: World, people: People) -> None:
    ask_gate(world.question(application_id="app-unknown"), account_id=people.account.pk)
    row = GateAnswer.objects.get()
    assert (row.account_id, row.client_id, row.reason) == (people.account.pk, None, "unknown_application")


def test_gathered_answers_are_written_together(world: World, settings: Settings) -> None:
    settings.REGISTRY_GATE_LOG_SECONDS = 3600.0
    log, question, snapshot = GateLog(), world.question(), load_snapshot(world.question())
    for _each in range(40):
        log.note(question, snapshot, Answer(None))
    assert not GateAnswer.objects.exists()
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        log.flush()
    assert GateAnswer.objects.count() == 40
    written = [sql for sql in statements if "SAVEPOINT" not in sql]
    assert [sql.split()[0] for sql in written] == ["INSERT", "UPDATE"]
    log.flush()
    assert GateAnswer.objects.count() == 40


def test_a_log_that_cannot_be_written_changes_no_answer_and_loses_nothing(
    world: World, settings: Settings
) -> None:
    settings.REGISTRY_GATE_LOG_SECONDS = 3600.0
    log, question, snapshot = GateLog(), world.question(), load_snapshot(world.question())
    log.note(question, snapshot, Answer(None))
    log.note(question, snapshot, Answer(Denial.PENDING))

    def refuse(*_arguments: Any) -> None:
        raise RuntimeError("no database today")

    with connection.execute_wrapper(refuse):
        log.flush()
    assert not GateAnswer.objects.exists()
    log.flush()
    assert list(GateAnswer.objects.order_by("pk").values_list("reason", flat=True)) == ["", "pending"]


def test_noting_never_raises(world: World) -> None:
    broken: Any = object()
    gate_log.note(broken, broken, broken)


def test_a_log_nobody_writes_does_not_grow_for_ever(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REGISTRY_GATE_LOG_SECONDS = 3600.0
    log, question, snapshot = GateLog(most=3), world.question(), load_snapshot(world.question())
    for reason in (Denial.PENDING, Denial.ERROR, None, None, None):
        log.note(question, snapshot, Answer(reason))
    log.flush()
    assert list(GateAnswer.objects.values_list("reason", flat=True)) == ["", "", ""]
    assert "2 answers of the gate were not kept" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_what_has_gathered(settings: Settings) -> None:
    settings.REGISTRY_GATE_LOG_SECONDS = 0.05
    log, question = GateLog(), Question("app-1", "key", "sim-swap")
    log.note(question, NOTHING, Answer(Denial.UNKNOWN_APPLICATION))
    deadline = time.monotonic() + 10
    while not GateAnswer.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    settings.REGISTRY_GATE_LOG_SECONDS = 3600.0
    assert GateAnswer.objects.count() == 1


def test_old_answers_are_forgotten(world: World) -> None:
    ask_gate(world.question())
    ask_gate(world.question())
    old, kept = GateAnswer.objects.order_by("pk")
    days = timedelta(days=django_settings.REGISTRY_GATE_LOG_DAYS)
    GateAnswer.objects.filter(pk=old.pk).update(at=timezone.now() - days - timedelta(hours=1))
    GateAnswer.objects.filter(pk=kept.pk).update(at=timezone.now() - days + timedelta(hours=1))
    assert retain()["registry.GateAnswer"] == 1
    assert list(GateAnswer.objects.all()) == [kept]
