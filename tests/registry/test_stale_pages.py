"""An operator's word counts only for what its page showed, whoever changed that meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from registry.actions.application_profiles import delete_application_profile
from registry.actions.changing import apply_change, start_change, submit_change
from registry.actions.desk import rule_case
from registry.actions.ending import withdraw_business_profile
from registry.enums import DecisionState, Reason, Ruling
from registry.models import Case, OperatorAnswer
from registry.queries.desk import desk_of
from registry.queries.profiles import registration_of
from registry.sync.decisions import Absorbed, Answer, Line, Outcome, absorb_decision
from tests.builders import make_user
from tests.people import People, browser_of
from tests.registry.builders import make_assignment
from tests.registry.desk_scene import Desks, make_desks

QUEUE = "/operators/registry/case/"
MOVED_ON = "moved on since you opened it"


@pytest.fixture
def desks(people: People) -> Desks:
    return make_desks(people)


def rename(desks: Desks, name: str) -> None:
    """Apply a change of the company's data."""
    desks.business.refresh_from_db()
    holding, scope = registration_of(desks.business), desks.people.scope(desks.people.member)
    change = start_change(scope, desks.business, actor=scope.user)
    wanted = replace(holding, values={**holding.values, "name": name})
    submit_change(scope, change, wanted, answers_refusal=False, actor=scope.user, draft=None)
    apply_change(change, actor=make_user(is_staff=True))


def bulk(case: Case) -> dict[str, Any]:
    """What the page that asks "accept these cases?" posts of the case as it is now."""
    chosen: dict[str, Any] = {"action": "accept_shown", "_selected_action": [str(case.pk)]}
    return {**chosen, "confirmed": "yes", f"version_{case.pk}": str(case.version)}


def page(case: Case, ruling: str) -> dict[str, str]:
    """What the page of a business case posts as it is now."""
    row = case.decisions.get(is_latest=True)
    return {"version": str(case.version), f"line-{row.pk}-ruling": ruling}


def test_accepting_several_leaves_alone_what_is_asked_on_a_newer_version(desks: Desks) -> None:
    shown = bulk(desks.case(of_business=True))
    rename(desks, "Somebody Else GmbH")
    answer = browser_of(desks.decider).post(QUEUE, shown, follow=True)
    assert MOVED_ON in answer.content.decode()
    assert (desks.decision().state, desks.decision().round) == (DecisionState.PROCESSING, 2)


def test_accepting_several_leaves_alone_what_a_colleague_began_to_decide(desks: Desks) -> None:
    """One of two features is decided, so the case is still one to accept; the page is of before."""
    desks.say(Ruling.ACCEPT)
    case = desks.case()
    shown, row = bulk(case), desks.decision(desks.blue, desks.swap)
    line = Line(Ruling.REJECT, row.round, row.snapshot_id, desks.swap.pk, reason=Reason.PURPOSE, text="No.")
    rule_case(desk_of(desks.decider), case, [line], version=case.version, references={}, actor=desks.decider)
    answer = browser_of(make_assignment(operator=desks.blue).user).post(QUEUE, shown, follow=True)
    assert answer.status_code == 200
    assert MOVED_ON in answer.content.decode()
    assert desks.decision(desks.blue, desks.number).state == DecisionState.PROCESSING


def test_an_answer_that_came_too_early_counts_when_it_comes_again(desks: Desks) -> None:
    row = desks.decision(desks.blue, desks.swap)
    line = Line(Ruling.ACCEPT, row.round, row.snapshot_id, desks.swap.pk)
    early = Answer(row.case_id, "op-7", (line,))
    for _again in range(2):
        assert absorb_decision(early) == Absorbed(Outcome.STALE, "state")
    assert OperatorAnswer.objects.filter(remote_reference="op-7").count() == 1
    desks.say(Ruling.ACCEPT)
    assert absorb_decision(early).outcome == Outcome.APPLIED
    assert absorb_decision(early).outcome == Outcome.KNOWN


def test_a_newer_version_is_accepted_only_where_it_was_shown(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    rename(desks, "Second GmbH")
    case = desks.case(of_business=True)
    shown = page(case, "newer-accept")
    rename(desks, "Third GmbH")
    path, browser = f"{QUEUE}{case.pk}/change/", browser_of(desks.decider)
    assert MOVED_ON in browser.post(path, shown, follow=True).content.decode()
    assert desks.decision().snapshot.version == 1
    browser.post(path, page(desks.case(of_business=True), "newer-accept"))
    assert (desks.decision().snapshot.version, desks.decision().state) == (3, DecisionState.ACCEPTED)


def test_a_case_that_the_applicant_ended_has_moved_on(desks: Desks) -> None:
    before = desks.case(of_business=True).version, desks.case().version
    scope = desks.people.scope(desks.people.member)
    withdraw_business_profile(scope, desks.business, actor=scope.user)
    after = desks.case(of_business=True).version, desks.case().version
    assert after[0] > before[0]
    assert after[1] > before[1]


def test_a_deleted_profile_moves_its_cases_on(desks: Desks) -> None:
    before = desks.case().version
    scope = desks.people.scope(desks.people.member)
    delete_application_profile(scope, desks.profile, confirmed=True, actor=scope.user)
    assert desks.case().version > before
