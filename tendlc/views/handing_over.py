"""An editor's last step: whoever may submit is told that a draft waits for them."""

from __future__ import annotations

from django.db import transaction

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.drafts.actions import hand_over
from portal.drafts.models import Draft
from portal.notices.actions import tell
from portal.notices.enums import Topic
from portal.notices.queries import members_who_may

APPROVER = "approver"


@transaction.atomic
def hand_over_to_approvers(scope: Scope, draft: Draft, *, path: str, actor: User) -> None:
    """The draft waits for somebody who may submit what costs money; `path` is where it is continued.

    Raises DraftFinished for one that is closed.
    """
    hand_over(scope, draft, to=APPROVER, actor=actor)
    approvers = members_who_may(Capability.SUBMIT_PAID, draft.account_id, draft.client_id)
    tell(
        "drafts.handed_over",
        draft,
        key=f"handed_over:{draft.pk}:{draft.version}",
        path=path,
        topic=Topic.TENDLC,
        values={"who": str(actor)},
        extra_users=[member.user for member in approvers if member.user_id != actor.pk],
    )
