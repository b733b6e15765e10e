"""What ticks: `celery -A portal.beat beat`. It needs the schedule alone, so it loads none of the apps."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

from portal.jobs import PATIENT, configuration

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal", amqp="portal.jobs:Wires", fixups=[], set_as_current=False)
app.add_defaults(configuration)


@beat_init.connect
def tick_patiently(sender: Any = None, **_: Any) -> None:
    """Nobody waits for a click here: short socket timeouts would be outages."""
    conf = sender.app.conf
    conf.broker_transport_options = {**conf.broker_transport_options, **PATIENT}
