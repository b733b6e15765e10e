"""Why a draft was not saved; nothing that was typed is lost by any of them."""

from __future__ import annotations

from typing import Any

from portal.drafts.models import Draft


class DraftConflict(Exception):
    """Somebody else, or another tab, saved a newer version: both are kept, a person chooses."""

    def __init__(self, theirs: Draft, yours: dict[str, Any]) -> None:
        super().__init__(f"draft {theirs.pk} is at version {theirs.version}")
        self.theirs = theirs
        self.yours = yours


class DraftFinished(Exception):
    """The draft was submitted or thrown away meanwhile."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"draft {draft.pk} is finished")
        self.draft = draft


class DraftKeyFixed(Exception):
    """A draft keeps the client and the API key of its first save, so that two tabs never mix."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"draft {draft.pk} belongs to another client or key")
        self.draft = draft


class DraftTooLarge(Exception):
    """More was sent than any form of ours holds."""
