"""The question about e-mails, where something of 10DLC is submitted."""

from __future__ import annotations

from typing import Any

from portal.accounts.context import ScopedRequest
from portal.notices.enums import Topic
from portal.notices.forms import MailQuestion


def mail_question(
    request: ScopedRequest, client_id: int, data: Any = None, *, may_skip: bool = False
) -> MailQuestion:
    """The question for one client; `may_skip` where a registration goes on that was asked about before."""
    return MailQuestion(
        data, scope=request.scope, client_id=client_id, topics=[Topic.TENDLC], may_skip=may_skip
    )


def keep_answer(request: ScopedRequest, client_id: int) -> None:
    """Store what a change or a vetting was submitted with; no answer, or one that is none, changes nothing."""
    question = mail_question(request, client_id, request.POST, may_skip=True)
    if question.is_valid():
        question.keep()
