"""Is the process alive?"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client as Browser
from django.test import RequestFactory

from portal.desk.views.health import healthz


@pytest.mark.django_db
def test_healthz_answers_everyone_without_session_broker_or_worker(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        answer = Browser().get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok"}
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
def test_healthz_says_when_the_database_does_not_answer(rf: RequestFactory) -> None:
    def refuse(*_args: Any) -> Any:
        raise OperationalError("server closed the connection")

    with connection.execute_wrapper(refuse):
        answer = healthz(rf.get("/healthz"))

    assert answer.status_code == 503
    assert b"no answer" in answer.content


def test_healthz_only_answers_reads() -> None:
    assert Browser().post("/healthz").status_code == 405
