"""Application profiles: written in steps, submitted once, never changed."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection, transaction
from django.forms import ModelForm
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import ApiKey
from portal.drafts.models import Draft
from portal.notices.models import Notice
from registry.enums import Access, AnswerType, DecisionState, Level, Reason, Ruling
from registry.forms import application_profiles as application_forms
from registry.models import (
    ApplicationProfile,
    Decision,
    ProfileFeature,
    Requirement,
    RequirementAnswer,
)
from tests.builders import make_user
from tests.people import answers, browser_of
from tests.registry.application_steps import STEPS, base, desks, key, new_url, page, submit, walk
from tests.registry.builders import make_application_profile, make_purpose
from tests.registry.desk_scene import Desks
from tests.registry.network_builders import make_application

__all__ = ["desks", "key"]


# --- Writing and submitting -----------------------------------------------------------------------


def test_a_profile_is_written_in_steps_and_created_by_submitting(desks: Desks, key: ApiKey) -> None:
    make_purpose()
    draft = walk(desks, key)
    assert ApplicationProfile.objects.count() == 1  # the scene's own: so far this one is a draft
    review = browser_of(desks.people.member).get(f"{new_url(desks)}?draft={draft.pk}&step=review")
    text = review.content.decode()
    assert "Antarctica" in text
    assert "It stops account takeover." in text
    answer = submit(desks, draft)
    profile = ApplicationProfile.objects.get(name="Login check")
    assert answer["Location"] == page(desks, profile)
    assert profile.api_key == key
    assert profile.locations == ["AQ", "DE"]
    assert profile.terms_url == "https://acme.example/terms"
    lines = {line.feature.code: (line.purpose.code, line.reason) for line in profile.features.all()}
    assert lines == {
        "sim-swap": ("FraudPreventionAndDetection", "A swapped SIM is the usual way in."),
        "number-verification": ("FraudPreventionAndDetection", "It stops account takeover."),
    }
    assert Decision.objects.filter(application_profile=profile, state=DecisionState.WAITING).count() == 3


def test_submitting_asks_a_member_without_a_choice_whether_mails_are_wanted(
    desks: Desks, key: ApiKey
) -> None:
    make_purpose()
    draft = walk(desks, key)
    answer = submit(desks, draft, notify="")
    assert answer.status_code == 200
    assert "Choose whether you want e-mails" in answer.content.decode()
    assert not ApplicationProfile.objects.filter(name="Login check").exists()


def test_a_second_click_on_submit_makes_no_second_profile(desks: Desks, key: ApiKey) -> None:
    draft = walk(desks, key)
    first, again = submit(desks, draft), submit(desks, draft)
    assert first["Location"] == again["Location"]
    assert ApplicationProfile.objects.filter(name="Login check").count() == 1


def test_each_feature_needs_exactly_one_purpose_and_a_reason(desks: Desks, key: ApiKey) -> None:
    draft = walk(desks, key)
    values = {"step": "purposes", "draft": str(draft.pk), "version": str(draft.version), "notify": "none"}
    text = browser_of(desks.people.member).post(new_url(desks), values).content.decode()
    assert text.count("Choose exactly one purpose for this feature.") >= 2
    assert text.count("Say why, in your own words.") >= 2


def test_a_private_address_is_refused_at_its_field(desks: Desks, key: ApiKey) -> None:
    values = {**STEPS["about"], "step": "about", "terms_url": "http://10.0.0.1/terms"}
    text = browser_of(desks.people.member).post(new_url(desks), values).content.decode()
    assert 'id="error_1_id_terms_url"' in text
    assert not Draft.objects.filter(values__terms_url="").exists()  # what was typed is kept


def test_what_an_operator_requires_is_asked_and_kept(desks: Desks, key: ApiKey) -> None:
    Requirement.objects.create(
        code="blue-commercial-name",
        name="Commercial name",
        level=Level.APPLICATION,
        operator=desks.blue,
        answer_type=AnswerType.TEXT,
        text="Name as end users see it",
        condition={"features": ["sim-swap"]},
    )
    draft = walk(desks, key)
    assert "Name as end users see it" in submit(desks, draft).content.decode()
    values = {"step": "questions", "draft": str(draft.pk), "version": str(draft.version), "notify": "none"}
    field = "ask_blue_commercial_name"
    browser_of(desks.people.member).post(new_url(desks), {**values, field: "Acme Pay"})
    draft.refresh_from_db()
    assert submit(desks, draft).status_code == 302
    kept = RequirementAnswer.objects.get(application_profile__name="Login check")
    assert kept.value == {"answer": "Acme Pay"}


def test_somebody_who_may_not_submit_hands_over(desks: Desks, key: ApiKey) -> None:
    draft = walk(desks, key)
    values = {
        "step": "review",
        "action": "submit",
        "draft": str(draft.pk),
        "version": str(draft.version),
        "notify": "none",
    }
    editor = desks.people.member.memberships.get()
    type(editor).objects.filter(pk=editor.pk).update(role="editor")
    browser = browser_of(desks.people.member)
    assert (
        "Hand over to an approver"
        in browser.get(f"{new_url(desks)}?draft={draft.pk}&step=review").content.decode()
    )
    assert browser.post(new_url(desks), values).status_code == 403


def test_four_people_at_every_page(desks: Desks) -> None:
    for more in ("", "compare/"):
        found = answers(desks.people, page(desks, desks.profile, more))
        assert (found["limited"], found["stranger"], found["nobody"]) == (404, 404, 302)
        assert found["member"] in (200, 302)
    for more in ("withdraw/", "delete/", "copy/"):
        found = answers(desks.people, page(desks, desks.profile, more))
        assert (found["small"], found["limited"], found["stranger"]) == (403, 404, 404)
    assert answers(desks.people, new_url(desks))["small"] == 403


# --- Never changed --------------------------------------------------------------------------------


def test_no_form_and_no_admin_page_changes_a_profile(desks: Desks) -> None:
    forms = [one for one in vars(application_forms).values() if isinstance(one, type)]
    assert not [one for one in forms if issubclass(one, ModelForm)]
    request = RequestFactory().get("/")
    request.user = make_user(is_staff=True, is_superuser=True)
    for model in (ApplicationProfile, ProfileFeature):
        page = admin.site._registry[model]
        assert not page.has_change_permission(request)
        assert not page.has_delete_permission(request)
        assert not page.has_add_permission(request)
    browser = browser_of(request.user)
    path = f"/admin/registry/applicationprofile/{desks.profile.pk}/change/"
    assert browser.get(path).status_code == 200
    assert browser.post(path, {"name": "Changed"}).status_code == 403


@pytest.mark.parametrize("column", ["name", "api_key_id", "use_case", "locations", "replaces_id"])
def test_neither_the_orm_nor_sql_changes_a_profile(desks: Desks, column: str) -> None:
    """On the engine in use: the suite runs on SQLite and on PostgreSQL."""
    table = ApplicationProfile._meta.db_table
    with pytest.raises(IntegrityError, match="keeps what was written"), transaction.atomic():
        ApplicationProfile.objects.filter(pk=desks.profile.pk).update(**{column: 1})
    with pytest.raises(IntegrityError, match="keeps what was written"), transaction.atomic():
        desks.profile.save()
    with (
        pytest.raises(IntegrityError, match="keeps what was written"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {column} = {column} WHERE id = %s", [desks.profile.pk])
    with (
        pytest.raises(IntegrityError, match="keeps what was written"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {ProfileFeature._meta.db_table}")


# --- Where it stands ------------------------------------------------------------------------------


def test_the_page_shows_each_operator_with_its_word_and_reason(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap, is_simulated=True)
    desks.say(Ruling.REJECT, desks.blue, desks.number, reason=Reason.PURPOSE, text="Not for this.")
    text = browser_of(desks.people.small).get(page(desks, desks.profile)).content.decode()
    for said in (
        "Germany",
        "Blue De",
        "Red De",
        "PARTIALLY-ACCEPTED",
        "Not for this.",
        "simulated",
        "PROCESSING",
    ):
        assert said in text
    assert "It does not offer this network feature." in text  # red offers only one


def test_the_page_leads_to_keys_applications_and_the_gate(desks: Desks) -> None:
    """Connecting is offered with the first operator's yes, and to nobody who may only look."""
    account = desks.people.account.pk
    keys = reverse("applications:assign_keys", args=[account, desks.profile.pk])
    connect = f"{reverse('applications:new', args=[account])}?profile={desks.profile.pk}"
    member = browser_of(desks.people.member)
    waiting = member.get(page(desks, desks.profile)).content.decode()
    assert keys in waiting
    assert connect not in waiting
    assert reverse("registry:why", args=[account]) in waiting

    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap)
    linked = make_application(
        desks.people.account, application_profile=desks.profile, access=Access.PRODUCTION
    )
    accepted = member.get(page(desks, desks.profile)).content.decode()
    assert connect in accepted
    assert reverse("applications:application", args=[account, linked.pk]) in accepted
    form = member.get(connect).context["form"]
    assert (form["access"].value(), form["application_profile"].value()) == ("production", desks.profile.pk)
    small = browser_of(desks.people.small).get(page(desks, desks.profile)).content.decode()
    assert connect not in small
    assert keys not in small


def test_an_operators_question_is_answered_on_the_page(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ASK, desks.blue, desks.swap, text="Which data do you keep?")
    address = page(desks, desks.profile)
    asked = Notice.objects.get(kind="registry.information_asked")
    assert asked.resolved_at is None
    assert "Which data do you keep?" in browser_of(desks.people.member).get(address).content.decode()
    assert "Your answer" not in browser_of(desks.people.small).get(address).content.decode()
    url = f"{base(desks)}cases/{desks.case().pk}/answer/"
    assert browser_of(desks.people.small).post(url, {"text": "None."}).status_code == 403
    assert browser_of(desks.people.limited).post(url, {"text": "None."}).status_code == 404
    assert browser_of(desks.people.stranger).post(url, {"text": "None."}).status_code == 404
    assert browser_of(desks.people.member).post(url, {"text": "None."})["Location"] == address
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.PROCESSING
    assert Notice.objects.get(kind="registry.information_asked").resolved_at is not None
    again = browser_of(desks.people.member).post(url, {"text": "None."}, follow=True)
    assert "does not wait for an answer" in again.content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(
    desks: Desks, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser, address = browser_of(desks.people.member), f"{base(desks)}application-profiles/"
    for _more in range(2):
        with django_assert_max_num_queries(16):
            assert "Checkout" in browser.get(address).content.decode()
        for name in ("One", "Two"):
            make_application_profile(desks.business, name=name)
