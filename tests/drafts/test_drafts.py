"""Drafts: saved while typing, never mixed, never lost to a newer version."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.urls import reverse

from portal.accounts.models import User
from portal.drafts.actions import MOST_CHARACTERS, discard_draft, finish_draft, save_draft
from portal.drafts.forms import data_of, typed_values
from portal.drafts.models import Draft
from portal.drafts.problems import DraftConflict, DraftFinished, DraftKeyFixed, DraftTooLarge
from portal.drafts.queries import open_drafts
from tests.builders import make_api_key, make_client
from tests.people import People, browser_of

pytestmark = pytest.mark.django_db
KIND = "tendlc.brand"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/a/1/10dlc/brands/new/?x=1"}


def start(people: People, user: User | None = None, **values: Any) -> Draft:
    user = user or people.member
    options = {name: values.pop(name) for name in ("client", "api_key", "title") if name in values}
    return save_draft(people.scope(user), KIND, values, actor=user, **options)


def save(people: People, draft: Draft, version: int, user: User | None = None, **values: Any) -> Draft:
    user = user or people.member
    return save_draft(people.scope(user), KIND, values, draft=draft, version=version, actor=user)


def post(people: People, user: User | None = None, *, plain: bool = False, **values: Any) -> Any:
    path = reverse("drafts:save", args=[people.account.pk])
    headers = {} if plain else HTMX
    return browser_of(user or people.member).post(path, {"draft_kind": KIND, **values}, headers=headers)


def carried(answer: HttpResponse) -> dict[str, Any]:
    """The hidden inputs an answer puts into the form."""
    found = re.findall(
        r'name="(draft|version)" id="[a-z-]+" value="(\d+)" hx-swap-oob="true"', answer.content.decode()
    )
    return dict(found)


def test_first_save_makes_a_row_for_the_client_and_the_key(people: People) -> None:
    key = make_api_key(people.account)

    draft = start(people, company_name="Acme", client=people.other_client, api_key=key, title="Acme")

    assert (draft.account, draft.client, draft.api_key) == (people.account, people.other_client, key)
    assert (draft.version, draft.values, draft.saved_by) == (1, {"company_name": "Acme"}, people.member)


def test_first_save_without_client_is_for_the_account_itself(people: People) -> None:
    assert start(people).client == people.client


def test_next_save_grows_the_version(people: People) -> None:
    draft = start(people, name="A")

    again = save(people, draft, 1, name="B")

    assert (again.pk, again.version, again.values) == (draft.pk, 2, {"name": "B"})


def test_save_over_a_newer_version_keeps_both(people: People) -> None:
    draft = start(people, name="first")
    save(people, draft, 1, name="theirs")

    with pytest.raises(DraftConflict) as caught:
        save(people, draft, 1, name="mine")

    assert (caught.value.theirs.values, caught.value.theirs.version) == ({"name": "theirs"}, 2)
    assert caught.value.yours == {"name": "mine"}
    draft.refresh_from_db()
    assert draft.values == {"name": "theirs"}


def test_save_without_a_version_never_overwrites(people: People) -> None:
    draft = start(people, name="first")

    with pytest.raises(DraftConflict):
        save_draft(people.scope(people.member), KIND, {}, draft=draft, actor=people.member)


def test_save_never_keeps_secrets(people: People) -> None:
    draft = start(people, name="A", secret="hunter2", vetting_token="t0ken", password="pw")

    assert draft.values == {"name": "A"}


def test_save_refuses_more_than_a_form_can_hold(people: People) -> None:
    with pytest.raises(DraftTooLarge):
        start(people, text="x" * MOST_CHARACTERS)


def test_draft_keeps_the_key_and_client_of_its_first_save(people: People) -> None:
    key, other_key = make_api_key(people.account), make_api_key(people.account)
    draft = start(people, api_key=key)
    scope = people.scope(people.member)

    with pytest.raises(DraftKeyFixed):
        save_draft(scope, KIND, {}, draft=draft, version=1, api_key=other_key, actor=people.member)
    with pytest.raises(DraftKeyFixed):
        save_draft(scope, KIND, {}, draft=draft, version=1, client=people.other_client, actor=people.member)
    assert save_draft(scope, KIND, {}, draft=draft, version=1, api_key=key, actor=people.member).version == 2


def test_draft_takes_no_key_or_client_of_others(people: People) -> None:
    with pytest.raises(PermissionDenied):
        start(people, api_key=make_api_key())
    with pytest.raises(PermissionDenied):
        start(people, client=make_client())
    with pytest.raises(PermissionDenied):
        start(people, people.limited, client=people.client)


def test_draft_is_saved_by_nobody_with_too_small_a_role(people: People) -> None:
    with pytest.raises(PermissionDenied):
        start(people, people.small)


def test_finished_draft_takes_no_more_and_is_finished_once(people: People) -> None:
    draft = start(people)
    finish_draft(draft, 42)

    with pytest.raises(DraftFinished):
        save(people, draft, 1, name="late")
    with pytest.raises(DraftFinished):
        finish_draft(Draft.objects.get(pk=draft.pk), 43)
    assert Draft.objects.get(pk=draft.pk).result_id == 42


def test_open_drafts_are_those_a_person_may_see(people: People) -> None:
    mine, others = start(people, client=people.client), start(people, client=people.other_client)
    finish_draft(start(people), 1)
    other_kind = save_draft(people.scope(people.member), "tendlc.campaign", {}, actor=people.member)

    assert set(open_drafts(people.scope(people.member))) == {mine, others, other_kind}
    assert set(open_drafts(people.scope(people.member), KIND)) == {mine, others}
    assert set(open_drafts(people.scope(people.limited), KIND)) == {others}
    assert not open_drafts(people.scope(people.stranger, people.stranger_account)).exists()


def test_discarded_draft_leaves_the_list_and_keeps_its_row(people: People) -> None:
    draft = start(people, name="A")

    discard_draft(people.scope(people.member), draft, actor=people.member)

    assert not open_drafts(people.scope(people.member)).exists()
    assert Draft.objects.get(pk=draft.pk).values == {"name": "A"}
    with pytest.raises(DraftFinished):
        discard_draft(people.scope(people.member), draft, actor=people.member)


def test_values_survive_the_way_into_a_draft_and_back(people: People) -> None:
    key = make_api_key(people.account)
    typed = QueryDict("name=A&sample=1&sample=2&empty=&csrfmiddlewaretoken=x&version=3&draft=1&api_key=9")

    draft = start(people, api_key=key, **typed_values(typed))

    assert draft.values == {"name": "A", "sample": ["1", "2"], "empty": ""}
    bound = data_of(draft)
    assert (bound["name"], bound.getlist("sample"), bound["api_key"]) == ("A", ["1", "2"], str(key.pk))


def test_saving_while_typing_answers_with_time_and_new_version(people: People) -> None:
    first = post(people, name="A")
    second = post(people, **carried(first), name="AB")

    draft = Draft.objects.get()
    assert (draft.values, draft.version) == ({"name": "AB"}, 2)
    assert carried(second) == {"draft": str(draft.pk), "version": "2"}
    assert f"Saved {draft.updated_at:%H:%M}" in second.content.decode()
    assert second.content.decode().strip().startswith('<div id="draft-state"')


def test_conflict_shows_both_versions_side_by_side_and_one_can_be_kept(people: People) -> None:
    stale = carried(post(people, name="first", city="Oslo"))
    post(people, **stale, name="theirs", city="Oslo")

    answer = post(people, **stale, name="mine", city="Oslo")
    text = answer.content.decode()
    kept = post(people, draft=stale["draft"], version="2", name="mine", city="Oslo")

    assert "<td>theirs</td>" in text
    assert "<td>mine</td>" in text
    assert "Oslo" not in text
    assert f'href="/a/1/10dlc/brands/new/?draft={stale["draft"]}"' in text
    assert """hx-vals='{"version": 2}'""" in text
    assert carried(kept)["version"] == "3"
    assert Draft.objects.get().values == {"name": "mine", "city": "Oslo"}


def test_conflict_without_javascript_offers_to_keep_ones_own(people: People) -> None:
    stale = carried(post(people, name="first"))
    post(people, **stale, name="theirs")

    text = post(people, plain=True, **stale, name="mine", next="/a/1/10dlc/brands/new/").content.decode()

    assert '<input type="hidden" name="name" value="mine">' in text
    assert '<input type="hidden" name="version" value="2">' in text
    assert "<td>theirs</td>" in text


def test_saving_without_javascript_leads_back_to_the_form(people: People) -> None:
    answer = post(people, plain=True, name="A", next="/a/1/10dlc/brands/new/")

    assert answer.url == f"/a/1/10dlc/brands/new/?draft={Draft.objects.get().pk}"


def test_saving_never_redirects_to_another_site(people: People) -> None:
    answer = post(people, plain=True, name="A", next="https://evil.example.com/")

    assert answer.status_code == 200


def test_saving_a_finished_draft_says_so(people: People) -> None:
    state = carried(post(people, name="A"))
    finish_draft(Draft.objects.get(), 7)

    assert "submitted or thrown away" in post(people, **state, name="B").content.decode()


def test_saving_with_another_key_says_which_key_the_draft_has(people: People) -> None:
    key, other = make_api_key(people.account, label="Main"), make_api_key(people.account, label="Second")
    state = carried(post(people, name="A", api_key=key.pk))

    text = post(people, **state, name="B", api_key=other.pk).content.decode()

    assert f"the API key {key}" in text
    assert Draft.objects.get().values == {"name": "A"}


def test_saving_into_a_draft_of_others_is_refused(people: People) -> None:
    mine = start(people, client=people.client, name="A")
    path = reverse("drafts:save", args=[people.stranger_account.pk])
    data: dict[str, Any] = {"draft": mine.pk, "version": 1, "name": "stolen"}

    limited = post(
        people, people.limited, **{name: value for name, value in data.items() if name != "draft_kind"}
    )
    stranger = browser_of(people.stranger).post(path, {"draft_kind": KIND, **data}, headers=HTMX)

    assert "could not read" in limited.content.decode()
    assert "could not read" in stranger.content.decode()
    mine.refresh_from_db()
    assert (mine.values, mine.version) == ({"name": "A"}, 1)


@pytest.mark.parametrize(
    ("who", "status"), [("member", 200), ("small", 403), ("limited", 200), ("stranger", 404)]
)
def test_saving_is_for_those_who_prepare(people: People, who: str, status: int) -> None:
    assert post(people, getattr(people, who), name="A").status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("member", 200), ("small", 403), ("limited", 404), ("stranger", 404)]
)
def test_throwing_away_is_for_those_who_prepare_for_the_client(people: People, who: str, status: int) -> None:
    draft = start(people, client=people.client)

    answer = browser_of(getattr(people, who)).get(
        reverse("drafts:discard", args=[people.account.pk, draft.pk])
    )

    assert answer.status_code == status


def test_throwing_away_asks_first(people: People) -> None:
    draft = start(people, title="Acme")
    path = reverse("drafts:discard", args=[people.account.pk, draft.pk])
    browser = browser_of(people.member)

    browser.get(path)
    asked = Draft.objects.get().finished_at
    browser.post(path, {"next": "/me/start/"})

    assert asked is None
    assert Draft.objects.get().finished_at is not None
