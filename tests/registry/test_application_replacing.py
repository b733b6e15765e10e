"""Application profiles are replaced by a changed copy, and let go of with care."""

from __future__ import annotations

import pytest

from portal.accounts.models import ApiKey
from portal.drafts.models import Draft
from registry.actions.application_profiles import NotReplaced, StillLinked, delete_application_profile
from registry.enums import Access, ApplicationState, DecisionState, Ruling
from registry.models import (
    ApplicationProfile,
    NetworkApplication,
)
from tests.people import browser_of
from tests.registry.application_steps import STEPS, desks, key, new_url, page, submit
from tests.registry.builders import make_application_profile, make_case, make_decision
from tests.registry.desk_scene import Desks

__all__ = ["desks", "key"]


# --- Replacing and letting go ---------------------------------------------------------------------


def test_a_changed_copy_is_filled_in_and_shown_beside_the_old_one(desks: Desks, key: ApiKey) -> None:
    browser = browser_of(desks.people.member)
    form = browser.get(page(desks, desks.profile, "copy/"), follow=True)
    assert "We ask whether a SIM was swapped" in form.content.decode()
    assert f'<option value="{desks.profile.api_key_id}" selected>' in form.content.decode()
    first = {
        **STEPS["about"],
        "owner_key": str(key.pk),
        "step": "about",
        "replaces": str(desks.profile.pk),
    }
    browser.post(new_url(desks), first)
    draft = Draft.objects.get()
    for step in ("features", "purposes"):
        sent = {
            **STEPS[step],
            "step": step,
            "draft": str(draft.pk),
            "version": str(draft.version),
            "notify": "none",
        }
        browser.post(new_url(desks), sent)
        draft.refresh_from_db()
    submit(desks, draft)
    new = ApplicationProfile.objects.get(name="Login check")
    assert new.replaces == desks.profile
    text = browser.get(page(desks, new, "compare/")).content.decode()
    assert text.count("changed") >= 3
    assert "This profile is being replaced" in browser.get(page(desks, desks.profile)).content.decode()


def link(desks: Desks, profile: ApplicationProfile) -> NetworkApplication:
    return NetworkApplication.objects.create(
        account=desks.people.account,
        client=desks.people.client,
        api_key=profile.api_key,
        name="Shop backend",
        state=ApplicationState.ACTIVE,
        access=Access.PRODUCTION,
        application_profile=profile,
    )


def test_deleting_is_refused_with_the_list_of_linked_applications(desks: Desks) -> None:
    link(desks, desks.profile)
    address, people = page(desks, desks.profile, "delete/"), desks.people
    assert "Shop backend" in browser_of(people.member).get(address).content.decode()
    text = browser_of(people.member).post(address, {"confirmed": "yes"}).content.decode()
    assert "Not deleted" in text
    with pytest.raises(StillLinked):
        delete_application_profile(
            people.scope(people.member), desks.profile, confirmed=True, actor=people.member
        )
    desks.profile.standing.refresh_from_db()
    assert desks.profile.standing.deleted_at is None


def test_deleting_one_that_is_not_replaced_names_what_is_missing(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap)
    address, people = page(desks, desks.profile, "delete/"), desks.people
    text = browser_of(people.member).get(address).content.decode()
    assert "There is no changed copy" in text
    assert "Blue De (Germany) has accepted this profile and no replacement." in " ".join(text.split())
    with pytest.raises(NotReplaced):
        delete_application_profile(people.scope(people.member), desks.profile, actor=people.member)
    browser_of(people.member).post(address, {"confirmed": "yes"})
    assert browser_of(people.member).get(page(desks, desks.profile)).status_code == 404
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.CLOSED


def test_one_that_is_replaced_everywhere_is_deleted_at_once(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap)
    new = make_application_profile(desks.business, features=[desks.swap], name="New", replaces=desks.profile)
    make_decision(make_case(new, desks.blue), feature=desks.swap, state=DecisionState.ACCEPTED)
    browser_of(desks.people.member).post(page(desks, desks.profile, "delete/"))
    desks.profile.standing.refresh_from_db()
    assert desks.profile.standing.deleted_at is not None


def test_a_pending_submission_is_withdrawn_and_an_accepted_one_is_not(desks: Desks) -> None:
    address = page(desks, desks.profile, "withdraw/")
    assert "cannot be taken up again" in browser_of(desks.people.member).get(address).content.decode()
    browser_of(desks.people.member).post(address)
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.WITHDRAWN
    desks.profile.standing.refresh_from_db()
    assert desks.profile.standing.withdrawn_at is not None
    again = browser_of(desks.people.member).post(address, follow=True)
    assert "It is not pending any more" in again.content.decode()
