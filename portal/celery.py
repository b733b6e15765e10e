"""The job queue: a doorbell for rows that already wait in the database.

Nothing is lost with a message: a sweep finds what the doorbell missed. So a publisher gives up
after about 0.3 s, a late message may run twice, and no task carries more than an id.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, beat_init, celeryd_init
from django.conf import settings

from portal.checks import refuse_to_start_broken

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

VISIBILITY_TIMEOUT = 300  # longer than any task: what a killed worker held is handed out again after it
BELL_SECONDS = 0.15  # asked twice, so a silent broker costs a click 0.3 s and a dead one nothing
PATIENT = {"socket_timeout": 30, "socket_connect_timeout": 5}

app = Celery("portal")


def configuration() -> dict[str, Any]:
    """Every Celery option, read when first needed so that importing this module costs no settings."""
    return {
        # Without REDIS_URL nothing is rung: a Redis that happens to run on the machine is not ours.
        "broker_url": settings.REDIS_URL or "memory://",
        "beat_schedule": settings.CELERY_BEAT_SCHEDULE,
        "beat_schedule_filename": str(settings.PORTAL_VAR / "beat-schedule"),
        **_delivery(),
        **_limits(),
    }


def _delivery() -> dict[str, Any]:
    return {
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_TIMEOUT,
            # By default kombu looks for unacknowledged messages only every 100 s.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": BELL_SECONDS,
            "socket_connect_timeout": BELL_SECONDS,
            "socket_keepalive": True,
            "health_check_interval": 25,
            # Without these four a publisher waits for a dead broker for minutes.
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0.1,
            "interval_max": 0.1,
        },
        "result_backend_transport_options": {"visibility_timeout": VISIBILITY_TIMEOUT},
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "task_publish_retry": True,
        "task_publish_retry_policy": {
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0.1,
            "interval_max": 0.1,
        },
        "task_ignore_result": True,
        "task_serializer": "json",
        "result_serializer": "json",
        "event_serializer": "json",
        "accept_content": ["json"],
    }


def _limits() -> dict[str, Any]:
    return {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        # The claim in the database decides who sends; cancelling here would only make unknown outcomes.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_soft_shutdown_timeout": 30.0,
        "worker_enable_soft_shutdown_on_idle": True,
        "worker_max_tasks_per_child": 500,
        "worker_hijack_root_logger": False,
        "task_soft_time_limit": 90,
        "task_time_limit": 120,
        "timezone": "UTC",
        "enable_utc": True,
    }


app.add_defaults(configuration)
app.autodiscover_tasks()


@celeryd_init.connect
def wait_patiently(conf: Any = None, **_: Any) -> None:
    """In a worker nobody waits for a click, and reading blocks: short socket timeouts would be outages.

    It is also where a worker with broken settings ends, since it runs no system checks.
    """
    refuse_to_start_broken()
    conf.broker_transport_options = {**conf.broker_transport_options, **PATIENT}


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
