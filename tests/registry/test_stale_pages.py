"""An operator's word counts only for what its page showed, whoever changed that meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from registry.actions.application_profiles import delete_application_profile
from registry.actions.changing import apply_change, start_change, submit_change
from registry.actions.ending import withdraw_business_profile
from registry.enums import DecisionState, Ruling
from registry.models import Case
from registry.queries.profiles import registration_of
from tests.builders import make_user
from tests.people import People, browser_of
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
