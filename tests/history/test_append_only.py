"""History is written once: the database itself refuses to change or delete it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from portal.history.actions import answer_refusals, note_change, note_refusal, record
from portal.history.enums import Axis, Source
from portal.history.models import AuditEntry, Change, Refusal
from portal.records import triggers
from tests.builders import make_account, make_api_key, make_client, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> dict[type[models.Model], models.Model]:
    # Any object with account and client serves; a draft or a brand stands on a higher floor.
    about: Any = make_api_key()
    about.client_id = make_client(about.account).pk
    return {
        AuditEntry: record("thing.done", about, actor=None),
        Change: note_change(
            about,
            axis=Axis.BRAND,
            before=("pending", "PENDING"),
            after=("verified", "VERIFIED"),
            seen_at=timezone.now(),
            not_before=None,
            source=Source.SYNC,
        ),
        Refusal: note_refusal(about, said_by="vonage", code="invalid", text="No."),
    }


@pytest.mark.parametrize(
    ("model", "field"), [(AuditEntry, "action"), (Change, "reason"), (Refusal, "text"), (AuditEntry, "at")]
)
def test_database_refuses_to_change_history(rows: dict[Any, Any], model: Any, field: str) -> None:
    value = timezone.now() if field == "at" else "something nicer"

    with pytest.raises(IntegrityError, match="keeps what was written"), transaction.atomic():
        model.objects.filter(pk=rows[model].pk).update(**{field: value})


@pytest.mark.parametrize("model", [AuditEntry, Change, Refusal])
def test_database_refuses_to_delete_history(rows: dict[Any, Any], model: Any) -> None:
    with pytest.raises(IntegrityError, match="keeps what was written"), transaction.atomic():
        rows[model].delete()

    assert model.objects.filter(pk=rows[model].pk).exists()


@pytest.mark.parametrize("model", [AuditEntry, Change, Refusal])
def test_plain_sql_is_refused_as_well(rows: dict[Any, Any], model: Any) -> None:
    with (
        pytest.raises(IntegrityError, match="keeps what was written"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {model._meta.db_table}")


def test_refusal_may_be_answered_later(rows: dict[Any, Any]) -> None:
    refusal = rows[Refusal]
    about: Any = make_api_key(refusal.account)
    about.pk = refusal.object_id

    assert answer_refusals(about, submission="ABCDEFGHJK") == 1
    refusal.refresh_from_db()
    assert refusal.answered_by == "ABCDEFGHJK"


def test_guards_can_be_installed_again_without_harm(rows: dict[Any, Any]) -> None:
    triggers.install()

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(action="other")


def test_record_takes_account_and_actor_and_masks_what_is_personal_or_secret() -> None:
    user, account = make_user(name="Ada Byron"), make_account()
    client = make_client(account)

    entry = record(
        "client.touched",
        client,
        actor=user,
        before={"email": "ada@example.org", "secret": "hunter2", "name": "Old"},
        after={"contact": {"phone": "+4912345", "token": ""}, "name": "New"},
    )

    entry.refresh_from_db()
    assert (entry.account, entry.actor, entry.actor_name) == (account, user, "Ada Byron")
    assert (entry.object_type, entry.object_id, entry.object_name) == (
        "accounts.client",
        client.pk,
        client.name,
    )
    assert entry.before == {"email": "a…", "secret": "…", "name": "Old"}
    assert entry.after == {"contact": {"phone": "+…", "token": ""}, "name": "New"}
