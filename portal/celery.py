"""The job queue: a doorbell for rows that already wait in the database.

Nothing is lost with a message: a sweep finds what the doorbell missed. So a publisher gives up
after about 0.3 s, a late message may run twice, and no task carries more than an id.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, beat_init, celeryd_init, worker_before_create_process

from portal.checks import refuse_to_start_broken
from portal.jobs import PATIENT, configuration

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal", amqp="portal.jobs:Wires")
app.add_defaults(configuration)
app.autodiscover_tasks()


@celeryd_init.connect
def wait_patiently(conf: Any = None, **_: Any) -> None:
    """In a worker nobody waits for a click, and reading blocks: short socket timeouts would be outages.

    It is also where a worker with broken settings ends, since it runs no system checks.
    """
    refuse_to_start_broken()
    conf.broker_transport_options = {**conf.broker_transport_options, **PATIENT}


@worker_before_create_process.connect
def share_what_is_loaded(**_: Any) -> None:
    """The collector of a child would touch, and so copy, everything that its parent has loaded."""
    gc.collect()
    gc.freeze()


@beat_init.connect
def tick_patiently(sender: Any = None, **_: Any) -> None:
    conf = sender.app.conf
    conf.broker_transport_options = {**conf.broker_transport_options, **PATIENT}


@beat_embedded_init.connect
def end_with_the_worker(**_: Any) -> None:
    """`-B` runs beat in a process of its own, which would go on ticking after its worker was killed."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True, name="parent-watch").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
