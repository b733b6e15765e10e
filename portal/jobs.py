"""Every option of the job queue, for whoever runs it: `portal.celery` and the small `portal.beat`."""

from __future__ import annotations

from typing import Any

from celery.app.amqp import AMQP
from django.conf import settings
from kombu import Connection, Queue

# Sending has a queue of its own: workers take from both in turns, so that ten thousand doorbells keep no mail, no
# question and no canary waiting.
EVERYTHING_ELSE, SENDING = "celery", "sending"
VISIBILITY_TIMEOUT = 300  # longer than any task: what a killed worker held is handed out again after it
BELL_SECONDS = 0.15  # asked twice, so a silent broker costs a click 0.3 s and a dead one nothing
PATIENT = {"socket_timeout": 30, "socket_connect_timeout": 5}


class Persistent(Connection):
    """Looks for a broker that is away every two seconds: waits that grow would outlast its return by half a minute."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Connection:  # type: ignore[override]
        waits = {"interval_start": 0.5, "interval_step": 0.5, "interval_max": 2.0}
        return super().ensure_connection(*args, **{**waits, **kwargs})


class Wires(AMQP):
    """What an app of ours connects with."""

    Connection = Persistent


def configuration() -> dict[str, Any]:
    """Every Celery option, read when first needed so that importing this module costs no settings."""
    return {
        # Without REDIS_URL nothing is rung: a Redis that happens to run on the machine is not ours.
        "broker_url": settings.REDIS_URL or "memory://",
        "beat_schedule": settings.CELERY_BEAT_SCHEDULE,
        "beat_schedule_filename": str(settings.PORTAL_VAR / "beat-schedule"),
        "task_queues": [Queue(name, routing_key=name) for name in (EVERYTHING_ELSE, SENDING)],
        "task_routes": {"outbox.sweep": {"queue": SENDING}},
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
