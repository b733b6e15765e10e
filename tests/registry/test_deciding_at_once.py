"""Two people, or two machines, decide the same case at the same moment, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.db import DatabaseError, connection, connections, transaction

from registry.actions.application_profiles import delete_application_profile, withdraw_application_profile
from registry.actions.changing import apply_change, start_change, submit_change
from registry.actions.desk import NotApplied, acceptance, rule_case
from registry.enums import DecisionState, Reason, Ruling
from registry.models import Case, OperatorAnswer, VettingCheck
from registry.queries.desk import desk_of
from registry.queries.profiles import registration_of
from registry.sync.checks import Verdict, absorb_check
from registry.sync.decisions import Answer, Line, absorb_decision
from tests.builders import make_user
from tests.people import People, make_people
from tests.registry.builders import make_assignment
from tests.registry.desk_scene import Desks, add_strict, make_desks
from tests.run.processes import eventually

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TURNS = 8


@pytest.fixture
def desks() -> Desks:
    if connection.vendor != "postgresql":
        pytest.skip("row locks are what is asked about: run with TEST_DATABASE_URL on PostgreSQL")
    people: People = make_people()
    return make_desks(people)


def together(*work: Callable[[], str]) -> list[str]:
    """Run everything at the same moment, each on a connection of its own; what each answered."""
    barrier, found = threading.Barrier(len(work)), [""] * len(work)

    def run(place: int) -> None:
        barrier.wait()
        try:
            found[place] = work[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_the_second_of_two_people_is_told(desks: Desks) -> None:
    colleague = make_assignment(operator=desks.blue).user
    case = desks.case(of_business=True)
    row = desks.decision()
    no = Line(Ruling.REJECT, row.round, row.snapshot_id, reason=Reason.IDENTITY, text="Who?")

    def decide(user: object, lines: list[Line]) -> str:
        try:
            rule_case(desk_of(user), case, lines, version=case.version, references={}, actor=user)  # type: ignore[arg-type]
        except NotApplied as problem:
            return problem.absorbed.objection or "known"
        return "decided"

    yes = acceptance(case)
    found = together(lambda: decide(desks.decider, yes), lambda: decide(colleague, [no]))
    assert sorted(found)[0] == "decided"
    assert sorted(found)[1] in ("known", "version")
    assert OperatorAnswer.objects.count() == 1


def test_the_same_answer_over_four_connections_counts_once(desks: Desks) -> None:
    row = desks.decision()
    answer = Answer(row.case_id, "same", (Line(Ruling.ACCEPT, row.round, row.snapshot_id),))
    found = together(*[lambda: str(absorb_decision(answer).outcome)] * 4)
    assert sorted(found) == ["applied", "known", "known", "known"]
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.PROCESSING


def test_nobody_accepts_while_the_vetting_fails(desks: Desks) -> None:
    strict = add_strict(desks)
    check = VettingCheck.objects.get()
    row = desks.decision(strict)
    answer = Answer(row.case_id, "yes", (Line(Ruling.ACCEPT, row.round, row.snapshot_id),))
    together(
        lambda: str(absorb_check(Verdict(check.pk, passed=False, text="No.")).outcome),
        lambda: str(absorb_decision(answer).outcome),
    )
    assert desks.decision(strict).state == DecisionState.REJECTED


def waiting_for_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees what it saw first
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("act", [delete_application_profile, withdraw_application_profile])
def test_an_answer_and_the_end_of_a_profile_wait_for_each_other(
    desks: Desks, act: Callable[..., None]
) -> None:
    """The answer is let in first while the act already waits: whoever held the standing would never get the case."""
    desks.say(Ruling.ACCEPT)
    row, scope = desks.decision(desks.blue, desks.swap), desks.people.scope(desks.people.member)
    line = Line(Ruling.ASK, row.round, row.snapshot_id, row.feature_id, text="Which screen?")
    answer = Answer(row.case_id, "asked", (line,), network_application_id="na-1")
    ending = partial(act, scope, desks.profile, actor=desks.people.member)
    confirmed = {"confirmed": True} if act is delete_application_profile else {}
    found: list[str] = []

    def do(work: Callable[[], str]) -> None:
        try:
            found.append(work())
        except DatabaseError as problem:
            found.append(str(problem))
        finally:
            connections.close_all()

    def ended() -> str:
        ending(**confirmed)
        return "ended"

    works = (lambda: str(absorb_decision(answer).outcome), ended)
    threads = [threading.Thread(target=do, args=(work,), daemon=True) for work in works]
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=row.case_id)
        for place, thread in enumerate(threads):
            thread.start()
            assert eventually(lambda: waiting_for_locks() > place, seconds=20)  # noqa: B023
    for thread in threads:
        thread.join(30)
    assert sorted(found) == ["applied", "ended"]


def test_no_yes_lands_on_a_version_that_came_meanwhile(desks: Desks) -> None:
    """The operator accepts what it was shown while staff apply a change; whoever comes second knows of the first."""
    scope, staff = desks.people.scope(desks.people.member), make_user(is_staff=True)
    for turn in range(TURNS):
        desks.business.refresh_from_db()
        holding = registration_of(desks.business)
        change = start_change(scope, desks.business, actor=scope.user)
        renamed = replace(holding, values={**holding.values, "name": f"Name {turn}"})
        submit_change(scope, change, renamed, answers_refusal=False, actor=scope.user, draft=None)
        shown = desks.decision()
        line = Line(Ruling.ACCEPT, shown.round, shown.snapshot_id)
        if shown.state == DecisionState.ACCEPTED:
            newer = desks.case(of_business=True).newer_snapshot_id or 0
            line = Line(Ruling.ACCEPT, shown.round + 1, newer)
        version = desks.case(of_business=True).version
        answer = Answer(shown.case_id, f"turn-{turn}", (line,), version=version)
        apply, decide = partial(apply_change, change, actor=staff), partial(absorb_decision, answer)

        found = together(lambda apply=apply: str(apply().version), lambda decide=decide: decide().objection)  # type: ignore[misc]

        assert found[0] == str(turn + 2)
        assert found[1] in ("", "version")
        now = desks.decision()
        assert now.state != DecisionState.ACCEPTED or now.snapshot.version < turn + 2
