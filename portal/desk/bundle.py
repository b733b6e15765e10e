"""Everything support needs of one object, found by an operation's code or by Vonage's `instance`."""

from __future__ import annotations

from typing import Any

from django.core import serializers
from django.db import models
from django.db.models import Q

from portal.history.models import AuditEntry, Change, Refusal
from portal.history.personal import masked
from portal.notices.models import Notice
from portal.outbox.models import Attempt, Inquiry, Operation

LATEST = 200


def find(words: str) -> Operation | None:
    """The operation with this code, or the one of whose attempts or refusals Vonage named this instance."""
    by_code = Operation.objects.filter(code__iexact=words.strip())
    by_instance = Operation.objects.filter(attempts__instance=words.strip())
    refused = Refusal.objects.filter(instance=words.strip()).exclude(submission="").values("submission")
    return (
        (by_code | by_instance | Operation.objects.filter(code__in=refused))
        .distinct()
        .order_by("-pk")
        .first()
    )


def bundle(operation: Operation) -> dict[str, Any]:
    """The story of the operation's object: personal values masked, nothing secret in it."""
    about = {"object_type": operation.object_type, "object_id": operation.object_id}
    account = Q(account_id=operation.account_id)
    operations = Operation.objects.filter(account, **about)
    return {
        "object": {**about, "name": operation.object_name, "account": operation.account_id},
        "api_key": operation.api_key.key,
        "host": operation.host,
        "operations": _rows(operations),
        "attempts": _rows(Attempt.objects.filter(account, operation__in=operations)),
        "changes": _rows(Change.objects.filter(account, **about)),
        "refusals": _rows(Refusal.objects.filter(account, **about)),
        "audit": _rows(AuditEntry.objects.filter(account, **about)),
        "notices": _rows(Notice.objects.filter(account, **about)),
        "inquiries": _rows(Inquiry.objects.filter(account, **about)),
    }


def _rows(rows: models.QuerySet[Any]) -> list[dict[str, Any]]:
    latest = rows.order_by("-pk")[:LATEST]
    return [{"id": one["pk"], **masked(one["fields"])} for one in serializers.serialize("python", latest)]
