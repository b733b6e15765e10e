"""What a person is asked to think about before something is sent: broken rules, and earlier wishes in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox.queries import doubtful_wish
from tendlc.forms.fields import Caution
from tendlc.models import Brand, Campaign
from tendlc.rules import BRAND_RULES, BrandCase, Finding, findings


def caution_of(finding: Finding) -> Caution:
    """A broken rule as a person confirms it."""
    return Caution(finding.code, finding.field, finding.text, str(finding.rule.source))


def brand_cautions(values: Mapping[str, Any], typed: Mapping[str, str]) -> list[Caution]:
    """Everything worth a second look in cleaned values; `typed` are those that cleaning made unrecognisable."""
    return [caution_of(finding) for finding in findings(BRAND_RULES, BrandCase(values, typed))]


def taken_back_cautions(row: Brand | Campaign) -> Iterator[Caution]:
    """Submitting again what was taken back, while an earlier sending of it may have been done."""
    wish = doubtful_wish(row)
    if wish is not None:
        yield Caution(
            "taken_back",
            "",
            _(
                "An earlier submission (%(code)s) was taken back here, but Vonage may have done it: then this is "
                "registered and paid for already, and submitting it again makes a second one with a second fee. "
                "Look at Vonage first."
            )
            % {"code": wish.code},
            _("the record of what was sent"),
            reverse("outbox:operation", args=[row.account_id, wish.pk]),
        )
