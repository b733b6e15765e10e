"""How long rows stay that nobody needs for ever. What was sent, changed, refused or done is never removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.notices.enums import DeliveryState

CHUNK: Final = 2000


@dataclass(frozen=True)
class Rule:
    """Rows of `model` whose `column` is older than the setting's days, as far as `only` holds."""

    model: str
    column: str
    setting: str
    only: Q = Q()  # noqa: RUF009  a query is never changed


RULES: Final[Sequence[Rule]] = (
    Rule("tendlc.SyncRun", "finished_at", "RETENTION_SYNC_RUN_DAYS"),
    Rule("outbox.Inquiry", "answered_at", "RETENTION_INQUIRY_DAYS"),
    Rule(
        "notices.Delivery",
        "due_at",
        "RETENTION_DELIVERY_DAYS",
        Q(state__in=(DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SKIPPED)),
    ),
    Rule("notices.Notice", "at", "RETENTION_DELIVERY_DAYS", Q(deliveries=None)),
    Rule("drafts.Draft", "finished_at", "RETENTION_DRAFT_DAYS"),
    Rule("reach.ReachCheck", "checked_at", "RETENTION_REACH_CHECK_DAYS"),
    Rule("registry.GateAnswer", "at", "REGISTRY_GATE_LOG_DAYS"),
    Rule("sessions.Session", "expire_date", "RETENTION_SESSION_DAYS"),
)
# Sessions are worth nothing once they have expired.
DAYS_WITHOUT_A_SETTING: Final = {"RETENTION_SESSION_DAYS": 0}


def days_of(rule: Rule) -> int:
    return int(getattr(settings, rule.setting, DAYS_WITHOUT_A_SETTING.get(rule.setting, 0)))


def overdue(rule: Rule) -> models.QuerySet[models.Model]:
    """What the rule would remove now."""
    rows: models.QuerySet[models.Model] = apps.get_model(rule.model)._default_manager.all()
    limit = timezone.now() - timedelta(days=days_of(rule))
    return rows.filter(rule.only, **{f"{rule.column}__lt": limit})


def retain() -> dict[str, int]:
    """Remove what is overdue, in chunks that hold no table for long; answers how many of each went."""
    removed = {rule.model: 0 for rule in RULES}
    for rule in RULES:
        while chunk := list(overdue(rule).values_list("pk", flat=True)[:CHUNK]):
            gone, _each = apps.get_model(rule.model)._default_manager.filter(pk__in=chunk).delete()
            removed[rule.model] += gone
    return removed
