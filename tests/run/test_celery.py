"""The doorbell: what a click pays when the broker is gone, and which options keep messages safe."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from celery import Celery, current_app
from kombu.exceptions import OperationalError

from portal import celery as portal_celery
from portal.jobs import configuration
from tests.run.processes import eventually, is_alive


def _publisher(port: int) -> Celery:
    app = Celery(
        "publisher", amqp="portal.jobs:Wires", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False
    )
    app.add_defaults(configuration)
    return app


def _seconds_until_given_up(app: Celery) -> float:
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        app.send_task("outbox.sweep")
    return time.monotonic() - begun


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A broker that hangs: it accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_publishing_gives_up_at_once_when_the_broker_is_gone(closed_port: int) -> None:
    app = _publisher(closed_port)
    _seconds_until_given_up(app)  # the first call also imports the transport

    assert _seconds_until_given_up(app) < 0.5


def test_publishing_gives_up_soon_when_the_broker_hangs(silent_port: int) -> None:
    app = _publisher(silent_port)
    _seconds_until_given_up(app)

    assert _seconds_until_given_up(app) < 0.8


def test_shared_tasks_belong_to_the_portals_app() -> None:
    assert current_app.main == "portal"


def test_messages_survive_a_killed_worker() -> None:
    conf = portal_celery.app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_transport_options["unacked_restore_throttle"] == 1
    assert conf.broker_transport_options["unacked_restore_interval"] <= 5
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit


def test_a_flood_of_doorbells_keeps_nothing_else_waiting() -> None:
    conf = portal_celery.app.conf
    assert {queue.name for queue in conf.task_queues} == {"celery", "sending"}
    assert conf.task_routes == {"outbox.sweep": {"queue": "sending"}}
    assert conf.broker_transport_options.get("queue_order_strategy", "round_robin") == "round_robin"


def test_a_tick_that_nobody_heard_is_not_made_up_for() -> None:
    for name, entry in portal_celery.app.conf.beat_schedule.items():
        assert entry["options"]["expires"] >= max(entry["schedule"], 60), name


def test_a_worker_finds_a_returned_broker_within_seconds(closed_port: int) -> None:
    app = _publisher(closed_port)
    waits: list[float] = []
    with app.connection_for_read() as connection, pytest.raises(OperationalError):
        connection.ensure_connection(lambda _error, wait: waits.append(wait), 6)
    assert waits
    assert max(waits) <= 2


BEAT_ALONE = """
import sys
from portal.beat import app
app.loader.import_default_modules()
assert "portal.outbox.models" not in sys.modules
print(*sorted(app.conf.beat_schedule), *app.conf.task_routes)
"""


def test_beat_alone_loads_no_app_and_ticks_the_same() -> None:
    """In a process of its own: here everything is loaded."""
    beat = subprocess.run([sys.executable, "-c", BEAT_ALONE], capture_output=True, text=True, check=True)
    conf = portal_celery.app.conf
    assert beat.stdout.split() == [*sorted(conf.beat_schedule), *conf.task_routes]


def test_messages_are_json_and_leave_no_results() -> None:
    conf = portal_celery.app.conf
    assert conf.accept_content == ["json"]
    assert conf.task_serializer == "json"
    assert conf.task_ignore_result
    assert conf.result_backend is None


def test_worker_waits_longer_for_its_broker_than_a_click_does(closed_port: int) -> None:
    app = _publisher(closed_port)
    hurried = app.conf.broker_transport_options["socket_timeout"]

    portal_celery.wait_patiently(conf=app.conf)

    patient = app.conf.broker_transport_options
    assert hurried < 1 < patient["socket_timeout"]
    assert patient["unacked_restore_throttle"] == 1


WORKER_WITH_BEAT = """
import os, time
from portal import celery
beat = os.fork()
if beat == 0:
    celery.end_with_the_worker()
    time.sleep(30)
print(beat, flush=True)
time.sleep(30)
"""


@pytest.mark.processes
def test_embedded_beat_ends_with_its_killed_worker() -> None:
    worker = subprocess.Popen([sys.executable, "-c", WORKER_WITH_BEAT], stdout=subprocess.PIPE, text=True)
    assert worker.stdout
    with worker.stdout:
        beat = int(worker.stdout.readline())
    time.sleep(0.3)
    assert is_alive(beat)

    worker.kill()
    worker.wait()

    assert eventually(lambda: not is_alive(beat), seconds=3)
