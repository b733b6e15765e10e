"""/operators/ in the browser: one's own cases, one submit a case, and nothing of anybody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from portal.accounts.models import User
from portal.history.models import AuditEntry
from registry.enums import CheckState, DecisionState, Ruling
from registry.models import Assignment, Case, CaseMessage, OperatorAnswer, VettingCheck
from tests.access_world import EVERY
from tests.builders import make_api_key, make_user
from tests.people import People, browser_of
from tests.registry.builders import make_assignment
from tests.registry.desk_scene import Desks, add_strict, make_desks
from tests.tendlc.builders import make_brand

QUEUE = "/operators/registry/case/"
OURS = ("operators:registry_", "admin:registry_case_", "admin:registry_vettingcheck_")


@pytest.fixture
def desks(people: People) -> Desks:
    return make_desks(people)


def page_of(case: Case) -> str:
    return f"{QUEUE}{case.pk}/change/"


def body(desks: Desks, case: Case, **said: str) -> dict[str, Any]:
    """The form of a business case filled in for its one line."""
    row = case.decisions.get(is_latest=True)
    values: dict[str, Any] = {f"line-{row.pk}-{name}": value for name, value in said.items()}
    return {"version": str(case.version), **values}


# --- Who gets in ----------------------------------------------------------------------------------


def test_people_without_an_assignment_do_not_get_in(desks: Desks) -> None:
    for user in (desks.people.member, desks.people.stranger, make_user(is_staff=True)):
        assert browser_of(user).get(QUEUE, follow=True).status_code == 403
    assert Browser().get(QUEUE)["Location"].startswith("/operators/login/")
    assert browser_of(desks.decider).get("/operators/").status_code == 200


def test_an_ended_assignment_closes_the_door(desks: Desks) -> None:
    Assignment.objects.filter(user=desks.decider).update(is_active=False)
    assert browser_of(desks.decider).get(QUEUE, follow=True).status_code == 403


def test_a_second_factor_is_asked_for_as_in_the_admin(desks: Desks, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    browser = browser_of(desks.decider)
    assert browser.get(QUEUE, follow=True).redirect_chain[-1][0] == reverse("mfa_index")
    Authenticator.objects.create(user=desks.decider, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert browser.get(QUEUE).status_code == 200


def test_the_portal_leads_there_only_whoever_has_a_desk(desks: Desks) -> None:
    assert "/operators/" in browser_of(desks.decider).get("/me/", follow=True).content.decode()
    assert "/operators/" not in browser_of(desks.people.member).get("/me/", follow=True).content.decode()


# --- Nothing of others ----------------------------------------------------------------------------


@pytest.mark.parametrize("site", ["operators", "admin"])
@pytest.mark.parametrize("is_staff", [False, True])
def test_both_admin_sites_show_an_operator_nothing_of_others(desks: Desks, site: str, is_staff: bool) -> None:
    """Every address of both sites, with the ids of everything there is, as staff of the operator `blue`."""
    User.objects.filter(pk=desks.decider.pk).update(is_staff=is_staff)
    desks.say(Ruling.ACCEPT, desks.red, operator_reference="RED-SECRET")
    strict = add_strict(desks)
    make_brand(desks.people.account, name="BRAND-SECRET")
    make_api_key(desks.people.account, "KEY-SECRET", label="KEY-SECRET")
    foreign = {"Red De", strict.name, "RED-SECRET", "BRAND-SECRET", "KEY-SECRET", "Trust Check"}
    ids = set(Case.objects.values_list("pk", flat=True)) | set(
        VettingCheck.objects.values_list("pk", flat=True)
    )
    own = {desks.case(of_business=True).pk, desks.case().pk}
    browser, walked = browser_of(User.objects.get(pk=desks.decider.pk)), 0
    for name, parameters in EVERY.items():
        if not name.startswith(f"{site}:"):
            continue
        is_ours = "object_id" in parameters and name.startswith(OURS)
        for pk in sorted(ids) if is_ours else [min(ids)]:
            known = {"object_id": pk, "app_label": "registry", "content_type_id": 1, "url": "x"}
            path = reverse(name, kwargs={each: known[each] for each in parameters})
            answer = browser.get(path)
            walked += 1
            text = answer.getvalue().decode(errors="replace")
            assert not {word for word in foreign if word in text}, path
            if name == "operators:registry_case_change":
                is_mine = pk in own and Case.objects.filter(pk=pk, operator=desks.blue).exists()
                waits = is_mine and pk == desks.case().pk  # it waits for the organisation: not shown yet
                assert (answer.status_code == 200) == (is_mine and not waits), path
    assert walked > 8


def test_a_case_of_another_operator_cannot_be_decided_on(desks: Desks) -> None:
    case = desks.case(desks.red, of_business=True)
    answer = browser_of(desks.decider).post(page_of(case), body(desks, case, ruling="accept"))
    assert answer.status_code == 404
    assert desks.decision(desks.red).state == DecisionState.PROCESSING


def test_an_application_is_shown_only_once_its_organisation_is_accepted(desks: Desks) -> None:
    browser = browser_of(desks.decider)
    assert browser.get(page_of(desks.case())).status_code == 404
    desks.say(Ruling.ACCEPT)
    assert browser.get(page_of(desks.case())).status_code == 200


def test_only_disclosed_fields_are_shown(desks: Desks) -> None:
    text = browser_of(desks.decider).get(page_of(desks.case(of_business=True))).content.decode()
    assert "DE136695976" in text
    assert "privacy@acme.example" in text
    assert "ada@acme.example" not in text  # the vetting contact is the agent's alone


# --- Deciding -------------------------------------------------------------------------------------


def test_one_submit_decides_and_goes_back_to_the_queue(desks: Desks) -> None:
    case = desks.case(of_business=True)
    values = {**body(desks, case, ruling="accept"), "operator_reference": "B-1", "note": "Looks fine."}
    answer = browser_of(desks.decider).post(page_of(case), values)
    assert answer["Location"] == QUEUE
    assert desks.decision().state == DecisionState.ACCEPTED
    assert desks.decision().decided_by == desks.decider
    assert desks.case(of_business=True).operator_reference == "B-1"
    assert AuditEntry.objects.filter(action="case.ruled", actor=desks.decider).exists()
    assert CaseMessage.objects.get().kind == "note"


def test_a_second_person_on_the_same_state_is_told(desks: Desks) -> None:
    case = desks.case(of_business=True)
    values = body(desks, case, ruling="reject", reason="identity", text="Who?")
    desks.say(Ruling.ACCEPT)
    answer = browser_of(desks.decider).post(page_of(case), values, follow=True)
    assert "this case has moved on since you opened it" in answer.content.decode()
    assert desks.decision().state == DecisionState.ACCEPTED
    assert OperatorAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"ruling": "reject"}, "Choose the reason."),
        ({"ruling": "reject", "reason": "identity"}, "Say it in words"),
        ({"ruling": "ask"}, "Say it in words"),
        ({"ruling": "suspend"}, "Select a valid choice"),
        ({}, "Choose a decision for at least one line"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    desks: Desks, said: dict[str, str], complaint: str
) -> None:
    case = desks.case(of_business=True)
    values = {**body(desks, case, **said), "note": "half written"}
    text = browser_of(desks.decider).post(page_of(case), values).content.decode()
    assert complaint in text
    assert "half written" in text
    assert desks.decision().state == DecisionState.PROCESSING


def test_a_reader_sees_and_does_not_decide(desks: Desks) -> None:
    case, browser = desks.case(of_business=True), browser_of(desks.reader)
    text = browser.get(page_of(case)).content.decode()
    assert "Submit these decisions" not in text
    for action in ("", "take", "leave"):
        values = {**body(desks, case, ruling="accept"), "action": action}
        assert browser.post(page_of(case), values).status_code == 403
    assert desks.decision().state == DecisionState.PROCESSING


def test_taking_a_case_is_seen_by_colleagues(desks: Desks) -> None:
    case = desks.case(of_business=True)
    browser_of(desks.decider).post(page_of(case), {"action": "take"})
    assert f"Taken by {desks.decider}" in browser_of(desks.reader).get(page_of(case)).content.decode()
    browser_of(desks.decider).post(page_of(case), {"action": "leave"})
    assert desks.case(of_business=True).taken_by is None


def test_superusers_decide_for_all_in_the_admin(desks: Desks) -> None:
    browser = browser_of(make_user(is_staff=True, is_superuser=True))
    for operator in (desks.blue, desks.red):
        case = desks.case(operator, of_business=True)
        path = f"/admin/registry/case/{case.pk}/change/"
        assert browser.get(path).status_code == 200
        assert browser.post(path, body(desks, case, ruling="accept")).status_code == 302
        assert desks.decision(operator).state == DecisionState.ACCEPTED


# --- The queue ------------------------------------------------------------------------------------


def test_the_queue_begins_with_the_oldest_and_marks_what_is_overdue(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.case().decisions.update(expected_by="2020-01-01T00:00:00Z")
    text = browser_of(desks.decider).get(QUEUE).content.decode()
    assert "2020-01-01 overdue" in text
    assert "Acme Retail GmbH" not in re.sub("<title>.*?</title>", "", text)  # decided: not in the queue
    assert "Acme Retail GmbH" in browser_of(desks.decider).get(f"{QUEUE}?stands=decided").content.decode()
    for stands in ("overdue", "asked", "all"):
        assert browser_of(desks.decider).get(f"{QUEUE}?stands={stands}&level=application").status_code == 200


def test_the_queue_costs_the_same_however_long_it_is(
    desks: Desks, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desks.say(Ruling.ACCEPT)
    browser = browser_of(desks.decider)
    with django_assert_max_num_queries(22):
        browser.get(f"{QUEUE}?stands=all")


def test_accepting_several_shows_first_what_is_in_each(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    case, browser = desks.case(), browser_of(desks.decider)
    chosen = {"action": "accept_shown", "_selected_action": [str(case.pk)]}
    text = browser.post(QUEUE, chosen).content.decode()
    assert "We ask whether a SIM was swapped" in text
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.PROCESSING
    confirmed = {**chosen, "confirmed": "yes", f"version_{case.pk}": str(case.version)}
    browser.post(QUEUE, confirmed)
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.ACCEPTED
    assert desks.decision(desks.blue, desks.number).state == DecisionState.ACCEPTED


def test_accepting_several_leaves_alone_what_moved_on(desks: Desks) -> None:
    case = desks.case(of_business=True)
    values = {
        "action": "accept_shown",
        "_selected_action": [str(case.pk)],
        "confirmed": "yes",
        f"version_{case.pk}": "0",
    }
    answer = browser_of(desks.decider).post(QUEUE, values, follow=True)
    assert "moved on since you opened it" in answer.content.decode()
    assert desks.decision().state == DecisionState.PROCESSING


def test_lists_are_taken_away_without_formulas(desks: Desks) -> None:
    type(desks.business).objects.filter(pk=desks.business.pk).update(name='=HYPERLINK("http://x","y")')
    browser = browser_of(desks.decider)
    queue = browser.get(f"{QUEUE}export/").content.decode()
    assert "'=HYPERLINK" in queue
    assert not re.search(r'(^|,)"?[=+@-]', queue, re.MULTILINE)
    decisions = browser.get("/operators/registry/decision/export/").content.decode()
    assert "Blue De" in decisions
    assert "Red De" not in decisions
    assert browser_of(desks.people.member).get(f"{QUEUE}export/", follow=True).status_code == 403


# --- Vetting agents -------------------------------------------------------------------------------


def test_an_agent_decides_checks_and_sees_the_contact(desks: Desks) -> None:
    strict = add_strict(desks)
    check = VettingCheck.objects.get()
    browser = browser_of(make_assignment(agency=strict.agency).user)
    path = f"/operators/registry/vettingcheck/{check.pk}/change/"
    text = browser.get(path).content.decode()
    assert "ada@acme.example" in text
    assert browser.get(QUEUE).status_code == 200
    assert browser.get(page_of(desks.case(strict, of_business=True))).status_code == 404
    assert "Say why" in browser.post(path, {"passed": "no"}).content.decode()
    answer = browser.post(path, {"passed": "yes", "note": "called them"})
    assert answer["Location"] == "/operators/registry/vettingcheck/"
    check.refresh_from_db()
    assert (check.state, check.note) == (CheckState.PASSED, "called them")
    again = browser.post(path, {"passed": "no", "text": "x"}, follow=True)
    assert "decided meanwhile" in again.content.decode()


def test_an_operator_sees_that_vetting_is_missing_and_cannot_accept(desks: Desks) -> None:
    strict = add_strict(desks)
    browser = browser_of(make_assignment(operator=strict).user)
    case = desks.case(strict, of_business=True)
    assert "You cannot accept before it has passed." in browser.get(page_of(case)).content.decode()
    answer = browser.post(page_of(case), body(desks, case, ruling="accept"), follow=True)
    assert "it has not passed yet" in answer.content.decode()
    assert desks.decision(strict).state == DecisionState.PROCESSING
