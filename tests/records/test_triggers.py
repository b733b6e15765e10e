"""What is written once stays: on the engine in use, and after SQLite has rebuilt a table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connection, connections, models, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from portal.accounts.models import Account
from portal.history.models import AuditEntry, Change, Refusal
from portal.outbox.actions import submit
from portal.outbox.models import Attempt, Operation
from portal.records import triggers
from tendlc.operations import CREATE_BRAND
from tests.builders import make_membership
from tests.tendlc.builders import make_brand

OTHER = "rebuilt"


@pytest.fixture
def operation(db: None) -> Operation:
    membership = make_membership()
    brand = make_brand(membership.account, state="submitting", remote_id="")
    return submit(
        CREATE_BRAND, brand, actor=membership.user, api_key=brand.api_key, payload={"company_name": "A"}
    )


@pytest.fixture
def attempt(operation: Operation) -> Attempt:
    return Attempt.objects.create(account=operation.account, operation=operation, number=1, sender="a:1:b")


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError, match="keeps what was written"), transaction.atomic():
        yield


def change(row: models.Model, **values: Any) -> None:
    assert type(row)._base_manager.filter(pk=row.pk).update(**values) == 1


def test_every_table_that_must_not_change_declares_a_guard() -> None:
    assert {AuditEntry, Change, Refusal, Operation, Attempt} <= set(triggers.guards())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", {"company_name": "B"}),
        ("payload_hash", "0" * 64),
        ("natural_key", "brand:US:1"),
        ("kind", "tendlc.create_campaign"),
        ("code", "0123456789"),
        ("host", "http://elsewhere.example"),
        ("object_id", 4711),
    ],
)
def test_what_an_operation_sends_cannot_be_changed(operation: Operation, column: str, value: Any) -> None:
    with refused():
        change(operation, **{column: value})


def test_an_operation_moves_on_but_stays(operation: Operation) -> None:
    change(operation, state="unknown", sender="a:1:b", next_attempt_at=timezone.now(), last_error={"a": 1})
    with refused():
        operation.delete()


def test_an_attempt_is_completed_once_and_kept(attempt: Attempt) -> None:
    change(attempt, finished_at=timezone.now(), outcome="applied", http_status=201)
    with refused():
        change(attempt, outcome="refused")
    with refused():
        change(attempt, finished_at=None)
    with refused():
        attempt.delete()


def test_guards_that_are_missing_come_back_after_migrating(attempt: Attempt) -> None:
    change(attempt, finished_at=timezone.now(), outcome="applied")
    table = '"outbox_attempt"'
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER outbox_attempt_keep_{name}{on_table}")
    change(attempt, outcome="refused")  # nothing keeps it now

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    with refused():
        change(attempt, outcome="unknown")


@pytest.fixture
def sqlite(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A migrated SQLite database beside the suite's own: a table rebuild needs one outside any transaction."""
    options = {"transaction_mode": "IMMEDIATE"}
    wanted = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "rebuilt.sqlite3"),
        "OPTIONS": options,
    }
    connections.settings[OTHER] = connections.configure_settings({"default": wanted})["default"]
    with django_db_blocker.unblock():
        try:
            call_command("migrate", database=OTHER, verbosity=0)
            yield OTHER
        finally:
            connections[OTHER].close()
            del connections[OTHER], connections.settings[OTHER]


def test_a_table_rebuilt_by_sqlite_is_guarded_again_after_migrating(sqlite: str) -> None:
    account = Account.objects.using(sqlite).create(name="Acme")
    entry = AuditEntry.objects.using(sqlite).create(
        account=account, action="thing.done", object_type="accounts.account", object_id=account.pk
    )
    rows = AuditEntry.objects.using(sqlite).filter(pk=entry.pk)
    with pytest.raises(IntegrityError, match="keeps what was written"):
        rows.update(action="thing.undone")

    column = models.CharField(max_length=9, default="new")
    column.set_attributes_from_name("added")
    with connections[sqlite].schema_editor() as editor:
        editor.add_field(AuditEntry, column)
    assert rows.update(action="thing.undone") == 1, (
        "adding a column keeps triggers now: the guards need no care"
    )

    call_command("migrate", database=sqlite, verbosity=0)

    with pytest.raises(IntegrityError, match="keeps what was written"):
        rows.update(action="thing.done")
    with pytest.raises(IntegrityError, match="keeps what was written"):
        rows.delete()
