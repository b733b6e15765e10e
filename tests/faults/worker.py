"""The portal's own Celery app in a worker or beat that suffers: `celery -A tests.faults.worker worker`.

FAULTS_ARMS is the folder of crash points, FAULTS_WITHOUT the guard to switch off; with FAULTS_COPIES every message
is put on its queue so many times, as the same message.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from celery.signals import beat_init, celeryd_init, worker_process_init  # noqa: E402
from kombu.transport.redis import Channel  # noqa: E402

from portal.celery import _watch, app  # noqa: E402
from tests.faults import crash_points  # noqa: E402

__all__ = ["app"]
COPIES = int(os.environ.get("FAULTS_COPIES", "1"))
_put = Channel._put


def put(channel: Channel, *arguments: Any, **named: Any) -> None:
    for _ in range(COPIES):
        _put(channel, *arguments, **named)


crash_points.replace(Channel, "_put", put)


@worker_process_init.connect
def suffer(**_: Any) -> None:
    """In each child, so that the parent and what it forks next stay whole."""
    if guard := os.environ.get("FAULTS_WITHOUT"):
        crash_points.switch_off(guard)
    crash_points.install(Path(os.environ["FAULTS_ARMS"]))


@celeryd_init.connect
@beat_init.connect
def end_with_the_tests(**_: Any) -> None:
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
