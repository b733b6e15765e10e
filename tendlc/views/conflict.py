"""Two people, or two tabs, saved the same draft: both versions side by side, a person chooses."""

from __future__ import annotations

from typing import Any

from portal.accounts.context import ScopedRequest
from portal.drafts.forms import STARTED_FROM
from portal.drafts.problems import DraftConflict
from portal.drafts.views import NOT_AGAIN, Side


def conflict_state(request: ScopedRequest, conflict: DraftConflict, url: str) -> dict[str, Any]:
    """What drafts/save.html shows of a conflict; the form is sent again from there with its newer version."""
    theirs, yours = conflict.theirs.values, conflict.yours
    names = [*yours, *(name for name in theirs if name not in yours)]
    sides = [
        Side(name, _text(theirs.get(name)), _text(yours.get(name))) for name in names if name != STARTED_FROM
    ]
    return {
        "kind": "conflict",
        "draft": conflict.theirs,
        "sides": [side for side in sides if side.theirs != side.yours],
        "page": url.partition("?")[0],
        "again": [
            (name, text) for name, texts in request.POST.lists() for text in texts if name not in NOT_AGAIN
        ],
    }


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
