"""Reading drafts, always through a scope."""

from __future__ import annotations

from django.db import models

from portal.accounts.scope import Scope
from portal.drafts.models import Draft


def drafts(scope: Scope) -> models.QuerySet[Draft]:
    """Every draft a person may see, finished ones included."""
    return scope.rows(Draft.objects.select_related("client", "api_key", "saved_by"))


def open_drafts(scope: Scope, *kinds: str) -> models.QuerySet[Draft]:
    """Unfinished forms of the team, of some kinds or of all, the last touched first."""
    rows = drafts(scope).filter(finished_at=None).order_by("-updated_at", "-pk")
    return rows.filter(kind__in=kinds) if kinds else rows
