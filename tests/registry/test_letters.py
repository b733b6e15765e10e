"""Mails to desks: one a person and event, one list a morning, none twice."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from pytest_django.fixtures import Settings

from registry.actions.answering import answer_operator
from registry.enums import LetterState, Ruling
from registry.letters.delivery import UNSEEN, deliver_letters
from registry.letters.writing import write_letters, write_overdue
from registry.models import Assignment, Decision, DeskLetter
from tests.people import People
from tests.registry.builders import make_assignment
from tests.registry.desk_scene import Desks, add_strict, make_desks


class Broken(BaseEmailBackend):
    """A mail server that fails as `error` says."""

    error: Exception = OSError("connection reset")

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.error


@pytest.fixture
def desks(people: People) -> Desks:
    return make_desks(people)


def morning(hour: int = 8) -> datetime:
    return (timezone.now() + timedelta(days=40)).replace(hour=hour, minute=0)


def subjects(address: str) -> list[str]:
    return [str(one.subject) for one in mail.outbox if one.to == [address]]


def test_a_new_case_is_told_to_the_operators_people_once(desks: Desks) -> None:
    now = timezone.now()
    for _again in range(2):
        write_letters(now)
        deliver_letters(now)
    assert subjects(desks.decider.email) == ["New case: Acme Retail GmbH"]
    assert subjects(desks.reader.email) == ["New case: Acme Retail GmbH"]
    assert subjects(desks.other.email) == ["New case: Acme Retail GmbH"]  # its own
    assert not subjects(desks.people.member.email)
    body = next(str(one.body) for one in mail.outbox if one.to == [desks.decider.email])
    assert f"/operators/registry/case/{desks.case(of_business=True).pk}/change/" in body


def test_several_things_leave_in_one_mail(desks: Desks) -> None:
    desks.say(Ruling.ASK, text="Why?")
    people = desks.people
    answer_operator(people.scope(people.member), desks.case(of_business=True), "So.", actor=people.member)
    desks.say(Ruling.ACCEPT)
    now = timezone.now()
    write_letters(now)
    deliver_letters(now)
    assert subjects(desks.decider.email) == ["2 things wait for you"]  # the answer, and the application


def test_a_check_is_told_to_the_agent(desks: Desks) -> None:
    strict = add_strict(desks)
    agent = make_assignment(agency=strict.agency).user
    write_letters(timezone.now())
    deliver_letters(timezone.now())
    assert subjects(agent.email) == ["New vetting check: Acme Retail GmbH"]


def test_one_list_a_morning_names_what_is_overdue(desks: Desks) -> None:
    assert write_overdue(morning(hour=5)) == 0
    for _again in range(2):
        write_overdue(morning())
        deliver_letters(morning())
    assert subjects(desks.decider.email) == ["1 decision is overdue"]
    write_overdue(morning() + timedelta(days=1))
    deliver_letters(morning() + timedelta(days=1))
    assert subjects(desks.decider.email) == ["1 decision is overdue"] * 2


def test_what_waits_for_the_applicant_is_not_overdue(desks: Desks) -> None:
    desks.say(Ruling.ASK, text="Why?")
    write_overdue(morning())
    assert not DeskLetter.objects.filter(user=desks.decider).exists()


def test_somebody_who_works_there_no_more_gets_nothing(desks: Desks) -> None:
    now = timezone.now()
    write_letters(now)
    Assignment.objects.filter(user=desks.decider).update(is_active=False)
    deliver_letters(now)
    assert not subjects(desks.decider.email)
    assert DeskLetter.objects.get(user=desks.decider).state == LetterState.SKIPPED


def _fail(settings: Settings, error: Exception) -> None:
    Broken.error = error
    settings.EMAIL_BACKEND = f"{__name__}.Broken"


def test_a_mail_keeps_its_id_and_letters_through_every_try(desks: Desks, settings: Settings) -> None:
    Decision.objects.exclude(operator=desks.blue).update(waiting_since=timezone.now() - timedelta(days=9))
    now = timezone.now()
    write_letters(now)
    backend: Any = settings.EMAIL_BACKEND
    _fail(settings, smtplib.SMTPDataError(451, b"later"))
    deliver_letters(now)
    letter = DeskLetter.objects.get(user=desks.decider)
    assert (letter.state, letter.attempts) == (LetterState.WAITING, 1)
    settings.EMAIL_BACKEND = backend
    assert deliver_letters(now) == 0  # not before its time
    assert deliver_letters(now + timedelta(minutes=2)) == 2
    sent = next(one for one in mail.outbox if one.to == [desks.decider.email])
    assert sent.extra_headers["Message-ID"] == letter.message_id


def test_a_mail_whose_end_nobody_saw_is_repeated_once_at_most(desks: Desks, settings: Settings) -> None:
    now = timezone.now()
    write_letters(now)
    _fail(settings, OSError("connection reset"))
    for hour in range(4):
        deliver_letters(now + timedelta(hours=hour))
    letter = DeskLetter.objects.get(user=desks.decider)
    assert (letter.state, letter.attempts) == (LetterState.FAILED, 2)
    assert letter.error.startswith(UNSEEN)


def test_an_address_that_is_refused_for_good_is_not_tried_again(desks: Desks, settings: Settings) -> None:
    now = timezone.now()
    write_letters(now)
    _fail(settings, smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}))
    deliver_letters(now)
    assert DeskLetter.objects.get(user=desks.decider).state == LetterState.FAILED


def test_a_sender_that_died_gives_its_mails_back_once(desks: Desks) -> None:
    now = timezone.now()
    write_letters(now)
    DeskLetter.objects.update(state=LetterState.SENDING, claimed_at=now - timedelta(minutes=20), attempts=1)
    assert deliver_letters(now) == 3
    assert not DeskLetter.objects.exclude(state=LetterState.SENT).exists()
