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
DEEDS: Final[Mapping[str, Deed]] = {
    SYNC: Deed(_("Sync now"), Capability.VIEW, most=500),
    USE_CASE: Deed(_("Check a use case"), Capability.PREPARE, most=500),
    CLIENT: Deed(_("Set the client"), Capability.MANAGE_MEMBERS),
    RESPONSIBLE: Deed(_("Set who is responsible"), Capability.PREPARE),
    UNLINK: Deed(_("Unlink"), Capability.LINK_NUMBERS),
}


@dataclass(frozen=True)
class Listing:
    """One list: its rows by what stands in the address, its columns, and what may be done to many of them."""

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
        lambda scope, data: BrandFilter(data, scope=scope).apply(),
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
        (SYNC, USE_CASE, CLIENT, RESPONSIBLE),
    ),
    "vettings": Listing(
        _("Vettings"),
        "tendlc:vettings",
        lambda scope, data: VettingFilter(data, scope=scope).apply(),
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
        (SYNC, RESPONSIBLE),
    ),
    "campaigns": Listing(
        _("Campaigns"),
        "tendlc:campaigns",
        lambda scope, data: CampaignFilter(data, scope=scope).apply(queries.campaigns(scope)),
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
        (SYNC, RESPONSIBLE),
    ),
    "numbers": Listing(
        _("Numbers"),
        "tendlc:numbers",
        lambda scope, data: NumberFilter(data, scope=scope).apply(),
        _columns(
            number="number",
            brand_id="campaign.brand.remote_id",
            campaign_id="campaign.remote_id",
            campaign="campaign.label",
            brand="campaign.brand.display_name",
            country="country",
            **_ENDS,
        ),
        (SYNC, RESPONSIBLE, UNLINK),
    ),
}


@dataclass(frozen=True)
class Choices:
    """What `_many.html` offers below a list."""

    thing: str
    deeds: list[tuple[str, Any]]
    may_export: bool


def choices_for(scope: Scope, thing: str) -> Choices:
    allowed = [
        (name, DEEDS[name].label) for name in LISTINGS[thing].deeds if scope.can(DEEDS[name].capability)
    ]
    return Choices(thing, allowed, scope.can(Capability.EXPORT))
