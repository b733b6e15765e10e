"""One class a kind of remote effect, and one function a read that somebody waits for; all register themselves."""

from __future__ import annotations

from portal.notices.catalogue import register_object
from tendlc import queries
from tendlc.operations import brands, campaigns, inquiries, numbers, use_cases, vettings
from tendlc.operations.names import (
    CATALOGUE,
    CREATE_BRAND,
    CREATE_CAMPAIGN,
    DELETE_BRAND,
    IMPORT_VETTING,
    KEY_TEST,
    LINK_NUMBER,
    OWNED,
    REFRESH,
    REQUEST_VETTING,
    REVET_BRAND,
    STOP_CAMPAIGN,
    SYNC_KEY,
    UNLINK_NUMBER,
    UPDATE_BRAND,
    UPDATE_CAMPAIGN,
    USE_CASE,
)

__all__ = [
    "CATALOGUE",
    "CREATE_BRAND",
    "CREATE_CAMPAIGN",
    "DELETE_BRAND",
    "IMPORT_VETTING",
    "KEY_TEST",
    "LINK_NUMBER",
    "OWNED",
    "REFRESH",
    "REQUEST_VETTING",
    "REVET_BRAND",
    "STOP_CAMPAIGN",
    "SYNC_KEY",
    "UNLINK_NUMBER",
    "UPDATE_BRAND",
    "UPDATE_CAMPAIGN",
    "USE_CASE",
    "brands",
    "campaigns",
    "inquiries",
    "numbers",
    "use_cases",
    "vettings",
]

register_object(
    "tendlc.brand", lookup=lambda scope, pk: queries.brands(scope).filter(pk=pk).first(), page="tendlc:brand"
)
register_object(
    "tendlc.vetting",
    lookup=lambda scope, pk: queries.vettings(scope).filter(pk=pk).first(),
    page="tendlc:vetting",
)
register_object(
    "tendlc.campaign",
    lookup=lambda scope, pk: queries.campaigns(scope).filter(pk=pk).first(),
    page="tendlc:campaign",
)
register_object(
    "tendlc.numberlink",
    lookup=lambda scope, pk: queries.numbers(scope).filter(pk=pk).first(),
    page="tendlc:number",
)
