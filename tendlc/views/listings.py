"""What the lists of brands, vettings, campaigns and numbers have in common: columns to export, things to do to many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.records.paging import in_order
from tendlc import queries
from tendlc.forms.campaign import CampaignFilter
from tendlc.forms.lists import BrandFilter, NumberFilter, VettingFilter


@dataclass(frozen=True)
class Deed:
    """Something that can be done to many rows; asking Vonage takes a call a row, so fewer fit in one go."""

    label: Any
    capability: Capability
    most: int = 10_000


SYNC, USE_CASE, CLIENT, RESPONSIBLE, UNLINK = "sync", "use_case", "client", "responsible", "unlink"
# Done at once, by the ending of the file: there is nothing to confirm.
EXPORTS: Final[Mapping[str, Deed]] = {
    "csv": Deed(_("Export as CSV"), Capability.EXPORT),
    "xlsx": Deed(_("Export as XLSX"), Capability.EXPORT),
}
DEEDS: Final[Mapping[str, Deed]] = {
    SYNC: Deed(_("Sync now"), Capability.VIEW, most=500),
    USE_CASE: Deed(_("Check a use case"), Capability.PREPARE, most=500),
    CLIENT: Deed(_("Set the client"), Capability.MANAGE_MEMBERS),
    RESPONSIBLE: Deed(_("Set who is responsible"), Capability.PREPARE),
    UNLINK: Deed(_("Unlink"), Capability.LINK_NUMBERS),
    **EXPORTS,
}


@dataclass(frozen=True)
class Listing:
    """One list: its rows by what stands in the address, in its order, its columns, and what may be done to many."""

    title: Any
    page: str
    rows: Callable[[Scope, QueryDict], QuerySet[Any]]
    columns: tuple[tuple[str, Callable[[Any], object]], ...]
    deeds: tuple[str, ...]


def _value(path: str) -> Callable[[Any], object]:
    """Follows dots; what is not there is empty."""

    def read(row: Any) -> object:
        for name in path.split("."):
            row = getattr(row, name, None)
        return row() if callable(row) else row

    return read


def _columns(**paths: str) -> tuple[tuple[str, Callable[[Any], object]], ...]:
    return tuple((name, _value(path)) for name, path in paths.items())


def _found(filters: BrandFilter | VettingFilter | NumberFilter) -> QuerySet[Any]:
    rows: QuerySet[Any] = filters.apply()
    return in_order(rows, filters.order)


def _campaigns(filters: CampaignFilter) -> QuerySet[Any]:
    return in_order(filters.apply(queries.campaigns(filters.scope)), filters.order)


_ENDS: Final = {
    "state": "state",
    "vonage_status": "remote_status",
    "client": "client.name",
    "api_key": "api_key.key",
    "responsible": "responsible",
    "created_at": "created_at.isoformat",
    "seen_at": "seen_at.isoformat",
    "gone_at": "gone_at.isoformat",
}
LISTINGS: Final[Mapping[str, Listing]] = {
    "brands": Listing(
        _("Brands"),
        "tendlc:brands",
        lambda scope, data: _found(BrandFilter(data, scope=scope)),
        _columns(
            brand_id="remote_id",
            display_name="display_name",
            company_name="company_name",
            entity_type="entity_type",
            ein="ein",
            country="country",
            vertical="vertical",
            website="website",
            **_ENDS,
        ),
        (SYNC, USE_CASE, CLIENT, RESPONSIBLE, *EXPORTS),
    ),
    "vettings": Listing(
        _("Vettings"),
        "tendlc:vettings",
        lambda scope, data: _found(VettingFilter(data, scope=scope)),
        _columns(
            vetting_id="remote_id",
            brand_id="brand.remote_id",
            brand="brand.display_name",
            evp_id="evp_id",
            vetting_class="vetting_class",
            score="score",
            vetted_at="vetted_at.isoformat",
            **_ENDS,
        ),
        (SYNC, RESPONSIBLE, *EXPORTS),
    ),
    "campaigns": Listing(
        _("Campaigns"),
        "tendlc:campaigns",
        lambda scope, data: _campaigns(CampaignFilter(data, scope=scope)),
        _columns(
            campaign_id="remote_id",
            tcr_campaign_id="tcr_campaign_id",
            label="label",
            brand_id="brand.remote_id",
            brand="brand.display_name",
            use_case="use_case",
            description="description",
            **_ENDS,
        ),
        (SYNC, RESPONSIBLE, *EXPORTS),
    ),
    "numbers": Listing(
        _("Numbers"),
        "tendlc:numbers",
        lambda scope, data: _found(NumberFilter(data, scope=scope)),
        _columns(
            number="number",
            brand_id="campaign.brand.remote_id",
            campaign_id="campaign.remote_id",
            campaign="campaign.label",
            brand="campaign.brand.display_name",
            country="country",
            **_ENDS,
        ),
        (SYNC, RESPONSIBLE, UNLINK, *EXPORTS),
    ),
}


@dataclass(frozen=True)
class Choices:
    """What `_many.html` offers below a list."""

    thing: str
    deeds: list[tuple[str, Any]]


def choices_for(scope: Scope, thing: str) -> Choices:
    allowed = [
        (name, DEEDS[name].label) for name in LISTINGS[thing].deeds if scope.can(DEEDS[name].capability)
    ]
    return Choices(thing, allowed)
