"""What to do after a refusal stands beside its reason."""

from __future__ import annotations

import pytest

from portal.notices.catalogue import messages
from portal.outbox import kinds
from portal.outbox.enums import OperationState as S
from portal.outbox.models import Operation
from portal.outbox.words import standing
from portal.vonage.problems import ErrorType, NotFound
from tests.outbox.conftest import Desk, operation_of

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


@pytest.fixture
def waiting(desk: Desk) -> Operation:
    return operation_of(desk.brand())


@pytest.mark.parametrize("kind", sorted(kinds._kinds))
def test_every_refusal_comes_with_what_to_do(waiting: Operation, kind: str) -> None:
    """Whatever is refused: the notice's way out is the next step on every page too."""
    told = messages[kinds.refusal_notice_of(kind)]
    waiting.kind, waiting.state = kind, S.REFUSED
    waiting.last_error = {"code": "error_type", "text_id": ErrorType.text_id, "values": {"detail": "no"}}
    said = standing(waiting)
    assert (said.text, said.next_step) == ("Vonage refused the submission: no", str(told.way_out))
    assert len(said.next_step) > 40


def test_what_is_not_found_is_looked_at_before_it_is_tried_again(waiting: Operation) -> None:
    waiting.state, waiting.last_error = S.REFUSED, NotFound().as_record()
    assert standing(waiting).next_step.startswith("Press “Sync now” on its page")
