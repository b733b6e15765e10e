"""Asking whether a brand may run a use case."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from portal.history.actions import note_refusal
from portal.outbox.kinds import answers
from portal.outbox.models import Inquiry
from portal.vonage.http import ApiClient
from portal.vonage.problems import BrandPending, NotFound, UseCaseDenied
from tendlc.client import TenDlcClient
from tendlc.models import Brand, Qualification
from tendlc.operations.names import USE_CASE
from tendlc.sync import absorb_qualification


@answers(USE_CASE)
def check_use_case(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """May this brand run this use case; "denied" is an answer too."""
    brand = Brand.objects.get(pk=inquiry.object_id)
    use_case = str(inquiry.question["use_case"])
    try:
        qualification = qualify(brand, use_case, api)
    except UseCaseDenied:
        return {"qualified": False}
    return {"qualified": qualification.qualified, "qualification": qualification.pk}


def qualify(brand: Brand, use_case: str, api: ApiClient, *, patience: float = 0) -> Qualification:
    """Ask, and keep the answer. Raises UseCaseDenied.

    With `patience` (seconds to the next try), which is for a brand that was registered a moment ago, a denial is no
    answer yet, nor is "not found": nothing is kept of it, and BrandPending is raised.
    """
    try:
        record = TenDlcClient(api).check_use_case(brand.remote_id, use_case)
    except (UseCaseDenied, NotFound) as denial:
        if patience:
            raise BrandPending(retry_after=math.ceil(patience)) from denial
        if isinstance(denial, NotFound):
            raise
        absorb_qualification(
            None, brand=brand, use_case=use_case, reason=denial.detail or denial.title, raw=denial.as_record()
        )
        note_refusal(
            brand,
            said_by="vonage",
            code=denial.problem_type,
            text=denial.detail or denial.title,
            fields=[{"field": "use_case", "description": use_case}],
            instance=denial.instance,
        )
        raise
    return absorb_qualification(record, brand=brand, use_case=use_case)
