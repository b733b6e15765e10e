"""Pauses: by people, by a database that is not ours, and by a key that fails again and again."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from portal.notices import delivery
from portal.outbox import calls, claims, engine, health, installation, pauses
from portal.outbox.actions import end_pause
from portal.outbox.enums import OperationState as S
from portal.outbox.enums import PauseCause, PausedPart
from portal.outbox.health import pause_after
from portal.outbox.kinds import kind_of
from portal.outbox.locks import current_sender
from portal.outbox.models import Attempt, Installation, KeyHealth, Operation, Pause
from portal.outbox.restoring import doubt_everything
from portal.outbox.words import standing
from portal.records.moves import LostRace
from portal.vonage.problems import AnswerLost, InvalidParameters, Paused, Unauthorized, Unreachable
from registry.client import ApplicationsClient
from tendlc.actions import request_vetting
from tendlc.client import TenDlcClient
from tendlc.sync import walk_key
from tests.builders import make_account, make_user
from tests.outbox.conftest import Desk, end_key_pauses, operation_of, run
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


class TestByPeople:
    @pytest.mark.parametrize("named", ["all", "account", "api_key", "kind"])
    def test_nothing_that_is_named_leaves_until_the_pause_ends(self, desk: Desk, named: str) -> None:
        names = {
            "all": {},
            "account": {"account": desk.scope.account},
            "api_key": {"api_key": desk.api_key},
            "kind": {"kind": "tendlc.create_brand"},
        }[named]
        pause = pauses.pause("Prices change tonight.", **names)  # type: ignore[arg-type]
        brand = desk.brand()
        run()
        assert pause is not None
        assert (operation_of(brand).state, desk.effects("create_brand")) == (S.READY, 0)
        assert "paused" in standing(operation_of(brand)).text

        assert end_pause(pause, actor=desk.scope.user)
        run()
        assert (operation_of(brand).state, desk.effects("create_brand")) == (S.APPLIED, 1)

    def test_others_go_on(self, desk: Desk) -> None:
        pauses.pause("Not them.", account=make_account("Somebody else"))
        pauses.pause("Not these.", kind="tendlc.link_number")
        brand = desk.brand()
        run()
        assert operation_of(brand).state == S.APPLIED

    def test_a_pause_between_choosing_and_claiming_still_counts(self, desk: Desk) -> None:
        desk.brand()
        sender = current_sender()
        assert sender is not None
        operation = claims.take_next(sender)
        assert operation is not None
        pauses.pause("Stop.")
        with pytest.raises(LostRace), transaction.atomic():
            claims.claim(operation, sender, [])
        assert Attempt.objects.count() == 0

    def test_doubt_is_looked_into_all_the_same(self, desk: Desk) -> None:
        brand = desk.brand()
        desk.fault("create_brand", "close", when="after")
        engine.run(0.001)
        Operation.objects.filter(state=S.READY).update(next_attempt_at=timezone.now() + timedelta(hours=1))
        pauses.pause("Stop.")
        run()
        assert (operation_of(brand).state, desk.effects("create_brand")) == (S.APPLIED, 1)

    def test_ending_twice_is_told(self, desk: Desk) -> None:
        pause = pauses.pause("Stop.")
        assert pause is not None
        assert [end_pause(pause, actor=None), end_pause(pause, actor=None)] == [True, False]

    def test_a_pause_of_mail_keeps_mail_and_nothing_else(self, desk: Desk) -> None:
        pauses.pause("The mail server moves.", part=PausedPart.MAIL)
        brand = desk.brand(company_name="")
        run()
        assert delivery.deliver_due(timezone.now() + timedelta(hours=1)) == 0
        assert (mail.outbox, operation_of(brand).state in (S.APPLIED, S.REFUSED)) == ([], True)

    def test_the_banner_names_the_reason_to_those_concerned(self, desk: Desk) -> None:
        pauses.pause("Prices change tonight.")
        pauses.pause("Somebody else's.", account=make_account("Somebody else"))
        page = browser_of(desk.scope.user).get(f"/a/{desk.scope.account.pk}/operations/pauses/")
        assert "Prices change tonight." in page.content.decode()
        assert "Somebody else" not in page.content.decode()

    def test_the_command_sets_lists_and_ends(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("outbox_pause", reason="By hand.", key=desk.api_key.key)
        pause = Pause.objects.get()
        assert f"{pause.pk}: sending" in capsys.readouterr().out
        call_command("outbox_pause", end=pause.pk)
        assert "Nothing is paused." in capsys.readouterr().out
        with pytest.raises(CommandError):
            call_command("outbox_pause", reason="x", key="nobody's")

    def test_staff_set_and_end_a_pause_in_the_admin_site(self, desk: Desk) -> None:
        staff = browser_of(make_user(is_staff=True, is_superuser=True))
        staff.post("/admin/outbox/pause/add/", {"part": "sending", "kind": "", "reason": "Prices change."})
        pause = Pause.objects.get()
        assert (pause.reason, pause.cause, pause.ended_at) == ("Prices change.", PauseCause.PERSON, None)
        staff.post("/admin/outbox/pause/", {"action": "end_pauses", "_selected_action": [pause.pk]})
        pause.refresh_from_db()
        assert pause.ended_at is not None

    def test_draining_ends_when_nothing_is_in_hands(self, desk: Desk) -> None:
        brand = desk.brand()
        call_command("outbox_drain", wait=True, seconds=5)
        run()
        assert operation_of(brand).state == S.READY
        Operation.objects.update(sender="somebody")
        with pytest.raises(CommandError):
            call_command("outbox_drain", wait=True, seconds=0.1)


class TestOfADatabaseThatIsNotOurs:
    def test_the_first_start_adopts_the_database(self, desk: Desk, var: Path) -> None:
        assert installation.is_ours()
        kept = json.loads((var / "installation.json").read_text())
        assert kept["installation_id"] == Installation.objects.get().installation_id

    def test_a_copy_sends_nothing_until_a_person_accepts_it(self, desk: Desk, var: Path) -> None:
        brand = desk.brand()
        Installation.objects.create(pk=1, installation_id="the original")
        run()
        assert (operation_of(brand).state, desk.effects("create_brand")) == (S.READY, 0)
        pause = Pause.objects.get()
        assert (pause.cause, pause.part) == (PauseCause.COPY, PausedPart.EVERYTHING)
        assert delivery.deliver_due(timezone.now() + timedelta(days=1)) == 0

        end_pause(pause, actor=desk.scope.user)
        run()
        assert operation_of(brand).state == S.APPLIED

    def test_a_restored_database_sends_nothing(self, desk: Desk, var: Path) -> None:
        installation.is_ours()
        highest = installation.read()
        installation.write(installation.Outside(highest.installation_id, 1_000_000))
        brand = desk.brand()
        run()
        assert (operation_of(brand).state, desk.effects("create_brand")) == (S.READY, 0)
        pause = Pause.objects.get()
        assert (pause.cause, pause.details["mark"]) == (PauseCause.RESTORE, 1_000_000)

        end_pause(pause, actor=desk.scope.user)
        run()
        assert operation_of(brand).state == S.APPLIED
        assert installation.read().mark == Attempt.objects.latest("pk").pk
        assert Installation.objects.get().accepted_mark == 0

    def test_a_worker_that_was_looking_when_the_pause_ended_does_not_find_the_restore_anew(
        self, desk: Desk, var: Path
    ) -> None:
        desk.brand()
        run()
        installation.write(installation.Outside(installation.read().installation_id, 1_000_000))
        assert not installation.is_ours()
        (pause,) = pauses.in_force()
        end_pause(pause, actor=desk.scope.user)

        highest = Attempt.objects.latest("pk").pk
        installation._found_restore(highest)  # it had read the row before
        assert installation.is_ours()
        installation._found_restore(highest)
        assert not pauses.in_force()

    def test_a_worker_that_was_looking_when_a_copy_was_accepted_does_not_find_it_anew(
        self, desk: Desk, var: Path
    ) -> None:
        assert installation.is_ours()
        installation.write(installation.Outside("another", 0))
        assert not installation.is_ours()
        (pause,) = pauses.in_force()
        end_pause(pause, actor=desk.scope.user)

        installation._found_copy()
        assert installation.is_ours()
        assert not pauses.in_force()

    def test_every_attempt_is_marked_outside_before_it_is_sent(self, desk: Desk, var: Path) -> None:
        desk.brand()
        run()
        assert installation.read().mark == Attempt.objects.get().pk

    def test_after_a_restore_what_had_been_sent_is_adopted_and_the_rest_is_listed(
        self, desk: Desk, var: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The backup was taken before the brand was sent; a second one was wished for after it."""
        brand = desk.brand()
        api = calls.open_api(desk.api_key)
        kind_of(operation_of(brand)).send(operation_of(brand), api)
        TenDlcClient(api).create_brand({**operation_of(brand).payload, "ein": "98-7654321"})
        installation.is_ours()
        installation.write(installation.Outside(installation.read().installation_id, 1_000_000))

        call_command("portal_after_restore")

        printed = capsys.readouterr().out
        assert "1 open operations are unknown" in printed
        assert "1 objects exist at Vonage without an operation here" in printed
        assert (operation_of(brand).state, desk.effects("create_brand")) == (S.APPLIED, 2)
        assert {pause.cause for pause in pauses.in_force()} == {PauseCause.PERSON, PauseCause.RESTORE}

    def test_an_application_made_since_the_backup_is_listed_too(
        self, desk: Desk, capsys: pytest.CaptureFixture[str]
    ) -> None:
        api = calls.open_api(desk.api_key)
        made = ApplicationsClient(api).create_application({"name": "Number verification"})
        call_command("portal_after_restore")
        printed = capsys.readouterr().out
        assert made.id in printed
        assert "1 objects exist at Vonage without an operation here" in printed

    def test_what_a_walk_brought_before_the_command_is_listed_too(
        self, desk: Desk, var: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The worker starts with everything else, and reads what is at Vonage before anybody types the command."""
        payload = operation_of(desk.brand()).payload
        run()
        TenDlcClient(calls.open_api(desk.api_key)).create_brand({**payload, "ein": "98-7654321"})
        installation.write(installation.Outside(installation.read().installation_id, 1_000_000))
        installation.is_ours()
        Pause.objects.update(created_at=timezone.now() - timedelta(minutes=30))
        walk_key(desk.api_key, calls.open_api(desk.api_key))

        call_command("portal_after_restore")

        assert "1 objects exist at Vonage without an operation here" in capsys.readouterr().out

    def test_draining_names_the_pause_that_ends_it(
        self, desk: Desk, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("outbox_drain")
        assert f"outbox_pause --end {pauses.in_force().get().pk}`" in capsys.readouterr().out

    def test_what_was_sent_is_adopted_although_a_walk_has_mirrored_it(self, desk: Desk, var: Path) -> None:
        """The walk came after the restore: what it brought was not known when the backup was made."""
        brand = desk.brand()
        api = calls.open_api(desk.api_key)
        kind_of(operation_of(brand)).send(operation_of(brand), api)
        installation.is_ours()
        installation.write(installation.Outside(installation.read().installation_id, 1_000_000))
        installation.is_ours()
        walk_key(desk.api_key, api)

        call_command("portal_after_restore")

        assert (operation_of(brand).state, desk.effects("create_brand")) == (S.APPLIED, 1)

    def test_a_vetting_that_was_there_before_the_backup_is_not_adopted_after_it(self, desk: Desk) -> None:
        brand = desk.registered_brand()
        api = calls.open_api(desk.api_key)
        wanted = {"evp_id": "AEGIS", "vetting_class": "STANDARD"}
        TenDlcClient(api).request_vetting(brand.remote_id, wanted)
        walk_key(desk.api_key, api)
        brand.refresh_from_db()
        request_vetting(desk.scope, brand, **wanted, actor=desk.scope.user)

        assert doubt_everything(timezone.now()) == 1
        run()

        operation = Operation.objects.latest("id")
        assert (operation.state, desk.effects("order_vetting")) == (S.REVIEW, 1)

    def test_a_brand_that_was_there_before_the_backup_is_not_adopted_after_it(self, desk: Desk) -> None:
        TenDlcClient(calls.open_api(desk.api_key)).create_brand(operation_of(desk.brand()).payload)
        walk_key(desk.api_key, calls.open_api(desk.api_key))

        assert doubt_everything(timezone.now()) == 1
        run()

        operation = Operation.objects.get()
        assert (operation.state, operation.waiting_for) == (S.REVIEW, "exists_already")


class TestOfAKeyThatFails:
    def test_the_fifth_failure_in_a_row_pauses_the_key_and_the_page_says_so(
        self, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO", logger="portal.vonage")
        desk.fault("list_brands", "status", when="before", count=5, code=503)
        brand = desk.brand()
        for _ in range(5):
            run()
            Operation.objects.update(next_attempt_at=timezone.now())
        asked = len(caplog.records)
        row = KeyHealth.objects.get()
        assert row.failures == 5
        assert row.paused_until is not None
        run()
        assert (asked, len(caplog.records)) == (5, 5)
        Operation.objects.update(waiting_for="failing")
        assert "several times in a row" in standing(operation_of(brand)).text

    def test_the_next_call_is_the_probe_and_its_success_ends_the_pause(self, desk: Desk) -> None:
        for _ in range(6):
            health.failed(desk.api_key, Unreachable())
        brand = desk.brand()
        end_key_pauses()
        KeyHealth.objects.update(paused_until=timezone.now())
        run()
        assert (KeyHealth.objects.get().failures, operation_of(brand).state) == (0, S.APPLIED)

    def test_only_one_call_is_the_probe(self, desk: Desk) -> None:
        for _ in range(5):
            health.failed(desk.api_key, Unreachable())
        KeyHealth.objects.update(paused_until=timezone.now())
        health.stop_while_paused(desk.api_key)
        with pytest.raises(Paused):
            health.stop_while_paused(desk.api_key)

    def test_a_pause_doubles_from_half_a_minute_to_ten(self) -> None:
        lengths = [pause_after(failures).total_seconds() for failures in range(5, 12)]
        assert lengths == [30, 60, 120, 240, 480, 600, 600]

    @pytest.mark.parametrize(
        "answer", [InvalidParameters(), Unauthorized(), AnswerLost(reason="unrecognised")]
    )
    def test_an_answer_of_any_kind_is_no_failure(self, desk: Desk, answer: Exception) -> None:
        health.failed(desk.api_key, Unreachable())
        health.failed(desk.api_key, answer)  # type: ignore[arg-type]
        assert KeyHealth.objects.get().failures == 0

    def test_a_429_pauses_the_key_for_everybody(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO", logger="portal.vonage")
        first, second = desk.brand(), desk.brand(ein="987654321")
        desk.fault("list_brands", "status", when="before", code=429, retry_after=60)
        run()
        asked = len(caplog.records)
        calls.limiter.cache_clear()  # another process, which heard nothing of it
        run()
        assert {operation_of(row).waiting_for for row in (first, second)} == {"throttled"}
        assert (asked, len(caplog.records)) == (1, 1)
