"""Few, chosen figures, counted in the database when somebody asks: the same whichever process answers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from portal.accounts.models import ApiKey
from portal.desk import health
from portal.notices.enums import Channel
from portal.notices.models import Delivery
from portal.outbox import pauses
from portal.outbox.enums import OPEN_STATES, OperationState
from portal.outbox.models import Heartbeat, Inquiry, KeyHealth, Operation


class Figures(Collector):
    def collect(self) -> Iterator[Metric]:
        yield _labelled(
            "portal_part_level",
            "How a part of the portal is: 0 well, 1 a ticket, 2 a page",
            "part",
            {part.name: int(part.level) for part in health.examine()},
        )
        yield _labelled("portal_operations_open", "Open operations by state", "state", _open_operations())
        yield _gauge(
            "portal_operation_oldest_due_seconds", "How long the oldest ready operation is due", _due()
        )
        yield _gauge("portal_inquiries_waiting", "Reads that somebody waits for", _inquiries())
        yield _labelled("portal_emails", "E-mails by state", "state", _emails())
        yield _gauge("portal_keys_refused", "API keys that Vonage refused", _refused_keys())
        yield _gauge("portal_keys_paused", "API keys nobody calls with for a while", _paused_keys())
        yield _gauge("portal_pauses", "Pauses in force", pauses.in_force().count())
        yield _labelled("portal_heartbeat_age_seconds", "How long ago a part was seen", "part", _beats())


def exposition() -> bytes:
    """The text Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(Figures())
    return generate_latest(registry)


def _gauge(name: str, text: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, text)
    family.add_metric([], value)
    return family


def _labelled(name: str, text: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _open_operations() -> dict[str, int]:
    rows = Operation.objects.filter(state__in=OPEN_STATES).order_by().values_list("state")
    return {str(state): 0 for state in OPEN_STATES} | dict(rows.annotate(Count("pk")))


def _due() -> float:
    ready = health.not_held_back().filter(state=OperationState.READY)
    oldest = ready.aggregate(at=Min("next_attempt_at"))["at"]
    return max((timezone.now() - oldest).total_seconds(), 0.0) if oldest else 0.0


def _inquiries() -> int:
    return Inquiry.objects.filter(answered_at=None).count()


def _emails() -> dict[str, int]:
    rows = Delivery.objects.filter(channel=Channel.EMAIL).order_by().values_list("state")
    return dict(rows.annotate(Count("pk")))


def _refused_keys() -> int:
    return ApiKey.objects.exclude(refused_at=None).count()


def _paused_keys() -> int:
    return KeyHealth.objects.filter(Q(paused_until__gt=timezone.now())).count()


def _beats() -> dict[str, float]:
    now = timezone.now()
    return {beat.name: (now - beat.at).total_seconds() for beat in Heartbeat.objects.all()}
