"""Reading history through a scope."""

from __future__ import annotations

from typing import Any

import pytest

from portal.drafts.actions import save_draft
from portal.history.actions import note_refusal, record
from portal.history.models import AuditEntry
from portal.history.queries import Difference, audit_entries, differences, refusals_of
from tests.people import People

pytestmark = pytest.mark.django_db


def test_audit_entries_are_those_of_the_account_and_of_the_covered_clients(people: People) -> None:
    mine = save_draft(
        people.scope(people.member), "tendlc.brand", {}, client=people.client, actor=people.member
    )
    others = save_draft(
        people.scope(people.member), "tendlc.brand", {}, client=people.other_client, actor=people.member
    )
    record("account.renamed", people.account, actor=people.member, account_id=people.account.pk)

    def seen(user: Any, account: Any = None) -> set[int]:
        found = audit_entries(people.scope(user, account)).filter(action="draft.started")
        return {entry.object_id for entry in found}

    assert seen(people.member) == {mine.pk, others.pk}
    assert seen(people.limited) == {others.pk}
    assert seen(people.stranger, people.stranger_account) == set()
    assert audit_entries(people.scope(people.limited)).filter(action="account.renamed").count() == 0
    assert audit_entries(people.scope(people.member)).filter(action="account.renamed").count() == 1


def test_refusals_of_an_object_are_newest_first_and_scoped(people: People) -> None:
    draft = save_draft(
        people.scope(people.member), "tendlc.brand", {}, client=people.client, actor=people.member
    )
    for code in ("first", "second"):
        note_refusal(draft, said_by="vonage", code=code)

    assert [no.code for no in refusals_of(people.scope(people.member), draft)] == ["second", "first"]
    assert not refusals_of(people.scope(people.limited), draft).exists()


def test_differences_show_what_changed_and_nothing_else() -> None:
    entry = AuditEntry(
        before={"role": "viewer", "clients": "all", "same": 1},
        after={"role": "editor", "clients": ["Bakery", "Zebra"], "same": 1, "new": {"a": True}},
    )

    assert differences(entry) == [
        Difference("role", "viewer", "editor"),
        Difference("clients", "all", "Bakery, Zebra"),
        Difference("new", "", "a: True"),
    ]
