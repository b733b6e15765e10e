"""What is at Vonage without the portal: brands registered elsewhere, and what the simulator was really asked."""

from __future__ import annotations

from typing import Any

from tests.e2e.conftest import Visitor
from tests.portal_process import PortalProcess, eventually


def brand_from_elsewhere(
    visitor: Visitor, name: str, ein: str, *, state: str = "verified", company: str = "", **more: object
) -> int:
    """A brand that somebody registered without the portal, read again as a person has it read."""
    fields = {
        "display_name": name,
        "company_name": company or f"{name} Inc",
        "ein": ein,
        "vertical": "RETAIL",
    }
    seed = {"key": "demo0001", "status": state.upper(), "fields": fields, **more}
    visitor.portal.control("brands", seed)
    visitor.go("/a/1/10dlc/import/1/", look=False)
    again = visitor.page.get_by_role("button", name="Read everything again")
    visitor.until_shown(again, reload=True, seconds=60)  # not while the first reading of a new portal goes on
    again.click()
    found = "SELECT id FROM tendlc_brand WHERE display_name=? AND state=?"
    assert eventually(lambda: visitor.portal.rows(found, name, state), seconds=60)
    return int(visitor.portal.rows(found, name, state)[0][0])


def remote_id(portal: PortalProcess, pk: int) -> str:
    return str(portal.rows("SELECT remote_id FROM tendlc_brand WHERE id=?", pk)[0][0])


def sent_for(portal: PortalProcess, operation: str, brand: str) -> list[dict[str, Any]]:
    """The body of everything that was really done to a brand at the simulator."""
    return [row["body"] for row in portal.effects(operation) if row["ids"].get("brand_id") == brand]
