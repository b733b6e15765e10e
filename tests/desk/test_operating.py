"""What those who run the portal see: health by part, metrics, what is removed when, and a bundle for support."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client as Browser
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.accounts.models import Account, ApiKey
from portal.desk import health, retention
from portal.desk.health import Level
from portal.desk.metrics import exposition
from portal.history.actions import note_refusal
from portal.notices.actions import follow, tell
from portal.notices.enums import FollowReason
from portal.notices.models import Delivery, Notice
from portal.outbox import pauses
from portal.outbox.actions import submit
from portal.outbox.models import Heartbeat, Inquiry, Operation
from portal.outbox.tasks import canary
from portal.reach.models import ReachCheck
from tendlc.models import Brand, SyncRun
from tests.builders import make_api_key, make_membership
from tests.people import People
from tests.tendlc.builders import make_brand

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=1000)


def make_operation(brand: Brand, payload: dict[str, Any] | None = None) -> Operation:
    """An operation of a brand, as submitting makes it."""
    api_key = make_api_key(brand.account, secret="a-secret-nobody-may-see")
    user = make_membership(account=brand.account).user
    return submit("tendlc.create_brand", brand, actor=user, api_key=api_key, payload=payload or {"ein": "1"})


@pytest.fixture
def well(var: Path, settings: Settings) -> None:
    """A portal in which every part is well but the broker, which is away."""
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    canary()
    settings.BACKUP_STAMP = str(var / "backup")
    (var / "backup").touch()


@pytest.fixture
def late(well: None, people: People) -> Operation:
    """An operation that has been due for an hour."""
    make_operation(make_brand(account=people.account))
    due = timezone.now() - timedelta(hours=1)
    Operation.objects.update(state="ready", finished_at=None, next_attempt_at=due)
    return Operation.objects.select_related("api_key", "account").get()


HELD: dict[str, Callable[[Operation], object]] = {
    "deactivated key": lambda late: ApiKey.objects.update(is_active=False),
    "refused key": lambda late: ApiKey.objects.update(refused_at=timezone.now()),
    "deactivated account": lambda late: Account.objects.update(is_active=False),
}


def level_of(name: str) -> Level:
    return next(part.level for part in health.examine() if part.name == name)


class TestHealth:
    def test_a_worker_that_was_never_seen_fails(self, var: Path) -> None:
        assert level_of("worker") == Level.FAILING

    def test_a_canary_that_is_silent_fails(self, well: None) -> None:
        assert level_of("worker") == Level.OK
        Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=4))
        assert level_of("worker") == Level.FAILING

    def test_what_is_due_for_long_fails_unless_it_waits_on_purpose(self, well: None, people: People) -> None:
        operation = make_operation(make_brand(account=people.account))
        Operation.objects.update(
            state="ready", finished_at=None, next_attempt_at=timezone.now() - timedelta(hours=1)
        )
        assert level_of("sending") == Level.FAILING
        pauses.pause("Tonight.")
        Operation.objects.filter(pk=operation.pk).update(waiting_for=pauses.WAITING)
        assert level_of("sending") == Level.WARNING

    @pytest.mark.parametrize("held", HELD)
    def test_what_its_key_or_account_holds_back_is_not_late(self, late: Operation, held: str) -> None:
        assert level_of("sending") == Level.FAILING
        HELD[held](late)
        assert level_of("sending") == Level.OK

    def test_doubt_that_no_active_key_can_look_into_is_late(self, late: Operation) -> None:
        """A person is asked at once, so that one that stays has nobody working on it."""
        Operation.objects.update(state="unknown")
        HELD["deactivated key"](late)
        assert level_of("sending") == Level.FAILING

    def test_an_operation_in_review_is_a_ticket(self, well: None, people: People) -> None:
        make_operation(make_brand(account=people.account))
        Operation.objects.update(state="review", finished_at=None)
        assert level_of("sending") == Level.WARNING

    def test_a_broker_that_is_away_is_a_ticket_and_no_page(self, well: None) -> None:
        assert level_of("broker") == Level.WARNING

    def test_an_old_backup_fails(self, well: None, settings: Settings) -> None:
        assert level_of("backup") == Level.OK
        settings.BACKUP_STAMP = "/nowhere/at/all"
        assert level_of("backup") == Level.FAILING

    def test_overdue_mail_fails(self, well: None, people: People) -> None:
        brand = make_brand(account=people.account)
        follow(brand, people.member, FollowReason.SUBSCRIBER)
        tell("tendlc.brand_verified", brand, key="k", path="/")
        Delivery.objects.filter(channel="email").update(
            state="waiting", due_at=timezone.now() - timedelta(hours=1)
        )
        assert level_of("mail") == Level.FAILING

    def test_mail_that_a_dead_server_puts_off_again_and_again_fails(self, well: None, people: People) -> None:
        """Each failed try moves the next one, so nothing is ever overdue."""
        brand = make_brand(account=people.account)
        follow(brand, people.member, FollowReason.SUBSCRIBER)
        tell("tendlc.brand_verified", brand, key="k", path="/")
        emails = Delivery.objects.filter(channel="email")
        put_off = {"state": "waiting", "due_at": timezone.now() + timedelta(minutes=30)}
        emails.update(**put_off, attempts=2, error="The mail server cannot be reached: refused")
        assert level_of("mail") == Level.OK
        emails.update(**put_off, attempts=3)
        assert level_of("mail") == Level.FAILING
        emails.update(**put_off, attempts=3, error="452 mailbox full")
        assert level_of("mail") == Level.WARNING

    def test_the_command_exits_with_the_worst(self, well: None, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as left:
            call_command("portal_health", json=True)
        said = json.loads(capsys.readouterr().out)
        assert (left.value.code, said["level"]) == (1, "warning")
        assert [part["name"] for part in said["parts"]] == [
            "database",
            "broker",
            "worker",
            "sending",
            "mail",
            "disk",
            "backup",
        ]

    def test_readyz_names_what_fails(self, var: Path) -> None:
        answer = Browser().get("/readyz")
        assert (answer.status_code, answer.json()["failing"]) == (503, ["worker"])
        canary()
        assert Browser().get("/readyz").status_code == 200


class TestMetrics:
    def test_without_a_token_there_is_no_such_page(self, settings: Settings) -> None:
        settings.METRICS_TOKEN = ""
        assert Browser().get("/metrics").status_code == 404

    def test_a_wrong_token_is_refused_and_the_right_one_reads_figures(
        self, settings: Settings, well: None, people: People
    ) -> None:
        settings.METRICS_TOKEN = "a long token"
        make_operation(make_brand(account=people.account))
        Operation.objects.update(state="review", finished_at=None)
        assert Browser().get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 401
        page = Browser().get("/metrics", headers={"Authorization": "Bearer a long token"}).content.decode()
        assert 'portal_operations_open{state="review"} 1.0' in page
        assert 'portal_part_level{part="database"} 0.0' in page

    @pytest.mark.parametrize("held", HELD)
    def test_what_is_held_back_makes_nothing_due_for_long(self, late: Operation, held: str) -> None:
        assert oldest_due() == pytest.approx(3600, abs=60)
        HELD[held](late)
        assert oldest_due() == 0


def oldest_due() -> float:
    [line] = [
        line for line in exposition().decode().splitlines() if line.startswith("portal_operation_oldest")
    ]
    return float(line.split()[1])


class TestRetention:
    def test_every_rule_names_a_model_a_column_and_a_setting(self, settings: Settings) -> None:
        for rule in retention.RULES:
            assert retention.overdue(rule).count() == 0
            assert hasattr(settings, rule.setting) or rule.setting in retention.DAYS_WITHOUT_A_SETTING

    def test_old_rows_go_and_young_ones_stay(self, people: People) -> None:
        api_key, brand = make_api_key(people.account), make_brand(account=people.account)
        for at in (timezone.now(), timezone.now() - LONG_AGO):
            common: dict[str, Any] = {"account": people.account, "api_key": api_key}
            SyncRun.objects.create(**common, scope="brands", started_at=at, finished_at=at)
            Inquiry.objects.create(
                **common, kind="x", object_type="x", object_id=1, next_try_at=at, answered_at=at
            )
        follow(brand, people.member, FollowReason.SUBSCRIBER)
        tell("tendlc.brand_verified", brand, key="old", path="/")
        Delivery.objects.update(state="sent", due_at=timezone.now() - LONG_AGO)
        Notice.objects.update(at=timezone.now() - LONG_AGO)

        removed = retention.retain()

        assert (SyncRun.objects.count(), Inquiry.objects.count(), Notice.objects.count()) == (1, 1, 0)
        assert (removed["tendlc.SyncRun"], removed["outbox.Inquiry"]) == (1, 1)

    def test_what_waits_stays_however_old(self, people: People) -> None:
        api_key = make_api_key(people.account)
        Inquiry.objects.create(
            account=people.account,
            api_key=api_key,
            kind="x",
            object_type="x",
            object_id=1,
            next_try_at=timezone.now() - LONG_AGO,
        )
        waiting = ReachCheck.objects.create(
            account=people.account, client=people.client, url="https://a.example"
        )
        ReachCheck.objects.update(asked_at=timezone.now() - LONG_AGO)
        retention.retain()
        assert (Inquiry.objects.count(), ReachCheck.objects.get()) == (1, waiting)

    def test_looks_at_pages_go_with_their_time(self, people: People) -> None:
        for at in (timezone.now(), timezone.now() - LONG_AGO):
            ReachCheck.objects.create(
                account=people.account, client=people.client, url="https://a.example", checked_at=at
            )
        assert retention.retain()["reach.ReachCheck"] == 1
        assert ReachCheck.objects.count() == 1


class TestBundle:
    def test_it_is_found_by_code_and_by_vonages_instance(
        self, people: People, capsys: pytest.CaptureFixture[str]
    ) -> None:
        brand = make_brand(account=people.account)
        operation = make_operation(brand)
        note_refusal(brand, said_by="vonage", submission=operation.code, instance="797a8f199c45014a")
        for words in (operation.code.lower(), "797a8f199c45014a"):
            call_command("support_bundle", words)
            said = json.loads(capsys.readouterr().out)
            assert [row["code"] for row in said["operations"]] == [operation.code]
            assert said["refusals"][0]["instance"] == "797a8f199c45014a"
        with pytest.raises(CommandError):
            call_command("support_bundle", "NOBODYKNOWS")

    def test_it_carries_nothing_secret_and_masks_what_is_personal(
        self, people: People, capsys: pytest.CaptureFixture[str]
    ) -> None:
        brand = make_brand(account=people.account)
        operation = make_operation(brand, payload={"email": "ada@acme.example", "phone": "15556660001"})
        call_command("support_bundle", operation.code)
        said = capsys.readouterr().out
        assert operation.api_key.secret not in said
        assert "ada@acme.example" not in said
        assert "15556660001" not in said
