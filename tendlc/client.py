"""The 22 operations of the 10DLC API, one typed method each.

Bodies are built by wire; a body with a field its operation does not document raises ValueError before
anything is sent. An answer without what the operation promises (an id, a list) raises AnswerLost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from portal.vonage.hosts import Family
from portal.vonage.http import Answer, ApiClient
from portal.vonage.lists import Page, Walk
from portal.vonage.problems import AnswerLost
from tendlc.wire import (
    BRAND_FIELDS,
    BRAND_PATCH_FIELDS,
    CAMPAIGN_FIELDS,
    CAMPAIGN_PATCH_FIELDS,
    NUMBER_FIELDS,
    VETTING_FIELDS,
    VETTING_IMPORT_FIELDS,
    Brand,
    Campaign,
    Feedback,
    NumberLink,
    OwnedNumber,
    Qualification,
    Vetting,
    VettingClass,
    VettingProvider,
    digits,
    owned_page,
    require_documented,
)

TENDLC_PREFIX: Final = "/v1/10dlc"
PAGE_SIZE: Final = 100

_BRANDS: Final = f"{TENDLC_PREFIX}/brands"
_BRAND: Final = f"{_BRANDS}/{{brand_id}}"
_VETTINGS: Final = f"{_BRAND}/vetting/requests"
_CAMPAIGNS: Final = f"{_BRAND}/campaigns"
_CAMPAIGN: Final = f"{_CAMPAIGNS}/{{campaign_id}}"
_NUMBERS: Final = f"{_CAMPAIGN}/numbers"
_NUMBER: Final = f"{_NUMBERS}/{{number}}"

Body = Mapping[str, object]
T = TypeVar("T")


class TenDlcClient:
    """Brands, vettings, campaigns and numbers at Vonage, through one key."""

    def __init__(self, api: ApiClient) -> None:
        self.api = api

    # Brands

    def list_brands(self, page: int = 1, page_size: int = PAGE_SIZE) -> Page[Brand]:
        return self._page(_BRANDS, {}, "brands", Brand.from_json, page, page_size)

    def walk_brands(
        self, *, page_size: int = PAGE_SIZE, before_page: Callable[[], None] | None = None
    ) -> Walk[Brand]:
        """All brands of the key; `before_page` is called before each request, to ask the limiter."""
        return Walk(lambda page: self.list_brands(page, page_size), lambda brand: brand.brand_id, before_page)

    def create_brand(self, body: Body) -> Brand:
        """Register a brand: costs money and cannot be undone."""
        require_documented(body, BRAND_FIELDS)
        return _brand(self.api.call("POST", _BRANDS, body=body))

    def get_brand(self, brand_id: str) -> Brand:
        return _brand(self.api.call("GET", _BRAND, ids={"brand_id": brand_id}))

    def update_brand(self, brand_id: str, body: Body) -> Brand:
        require_documented(body, BRAND_PATCH_FIELDS)
        return _brand(self.api.call("PATCH", _BRAND, ids={"brand_id": brand_id}, body=body))

    def delete_brand(self, brand_id: str) -> None:
        """Any 2xx without a foreign body is success; NotFound is left to whoever knows whether it was there before."""
        self.api.call("DELETE", _BRAND, ids={"brand_id": brand_id})

    def get_feedback(self, brand_id: str) -> Feedback:
        """Why a brand was not verified."""
        answer = self.api.call("GET", f"{_BRAND}/feedback", ids={"brand_id": brand_id})
        return Feedback.from_json(_object(answer))

    def check_use_case(self, brand_id: str, use_case: str) -> Qualification:
        """Whether the brand may run the use case; Vonage demands this before each kind of campaign."""
        ids = {"brand_id": brand_id, "usecase": use_case}
        answer = self.api.call("GET", f"{_BRAND}/usecases/{{usecase}}", ids=ids)
        qualification = Qualification.from_json(answer.body)
        _require(qualification.usecase or qualification.mno_metadata, answer)
        return qualification

    def revet_brand(self, brand_id: str) -> Brand:
        """Ask for the one revetting a brand is allowed; no body is documented, so an empty object goes."""
        return _brand(self.api.call("POST", f"{_BRAND}/revet", ids={"brand_id": brand_id}, body={}))

    # Vetting

    def list_vettings(self, brand_id: str) -> tuple[Vetting, ...]:
        """All vettings of a brand; a single one cannot be fetched."""
        return self._bare_list(_VETTINGS, {"brand_id": brand_id}, Vetting.from_json)

    def request_vetting(self, brand_id: str, body: Body) -> Vetting:
        """Order a vetting: costs money and cannot be undone."""
        require_documented(body, VETTING_FIELDS)
        return _vetting(self.api.call("POST", _VETTINGS, ids={"brand_id": brand_id}, body=body))

    def import_vetting(self, brand_id: str, vetting_id: str, body: Body) -> Vetting:
        """Bring in a vetting that was done elsewhere; it is checked later."""
        require_documented(body, VETTING_IMPORT_FIELDS)
        ids = {"brand_id": brand_id, "vetting_request_id": vetting_id}
        return _vetting(self.api.call("PUT", f"{_VETTINGS}/{{vetting_request_id}}", ids=ids, body=body))

    def list_vetting_classes(self) -> tuple[VettingClass, ...]:
        return self._bare_list(f"{TENDLC_PREFIX}/enum/vetting/classes", {}, VettingClass.from_json)

    def list_vetting_providers(self) -> tuple[VettingProvider, ...]:
        return self._bare_list(f"{TENDLC_PREFIX}/enum/vetting/providers", {}, VettingProvider.from_json)

    # Campaigns

    def list_campaigns(self, brand_id: str, page: int = 1, page_size: int = PAGE_SIZE) -> Page[Campaign]:
        return self._page(
            _CAMPAIGNS, {"brand_id": brand_id}, "campaigns", Campaign.from_json, page, page_size
        )

    def walk_campaigns(
        self, brand_id: str, *, page_size: int = PAGE_SIZE, before_page: Callable[[], None] | None = None
    ) -> Walk[Campaign]:
        return Walk(
            lambda page: self.list_campaigns(brand_id, page, page_size),
            lambda campaign: campaign.campaign_id,
            before_page,
        )

    def create_campaign(self, brand_id: str, body: Body) -> Campaign:
        """Submit a campaign: costs money from the day it is accepted."""
        require_documented(body, CAMPAIGN_FIELDS)
        return _campaign(self.api.call("POST", _CAMPAIGNS, ids={"brand_id": brand_id}, body=body))

    def get_campaign(self, brand_id: str, campaign_id: str) -> Campaign:
        answer = self.api.call("GET", _CAMPAIGN, ids=_campaign_ids(brand_id, campaign_id))
        return _campaign(answer, campaign_id)

    def update_campaign(self, brand_id: str, campaign_id: str, body: Body) -> Campaign:
        require_documented(body, CAMPAIGN_PATCH_FIELDS)
        ids = _campaign_ids(brand_id, campaign_id)
        return _campaign(self.api.call("PATCH", _CAMPAIGN, ids=ids, body=body), campaign_id)

    def stop_campaign(self, brand_id: str, campaign_id: str) -> None:
        """Stop a campaign for good (the document's heading says "brand"); cannot be undone."""
        self.api.call("DELETE", _CAMPAIGN, ids=_campaign_ids(brand_id, campaign_id))

    # Numbers

    def list_numbers(
        self, brand_id: str, campaign_id: str, page: int = 1, page_size: int = PAGE_SIZE
    ) -> Page[NumberLink]:
        ids = _campaign_ids(brand_id, campaign_id)
        return self._page(_NUMBERS, ids, "numbers", NumberLink.from_json, page, page_size)

    def walk_numbers(
        self,
        brand_id: str,
        campaign_id: str,
        *,
        page_size: int = PAGE_SIZE,
        before_page: Callable[[], None] | None = None,
    ) -> Walk[NumberLink]:
        return Walk(
            lambda page: self.list_numbers(brand_id, campaign_id, page, page_size),
            lambda link: link.digits,
            before_page,
        )

    def link_number(self, brand_id: str, campaign_id: str, body: Body) -> NumberLink:
        require_documented(body, NUMBER_FIELDS)
        answer = self.api.call("POST", _NUMBERS, ids=_campaign_ids(brand_id, campaign_id), body=body)
        return _number(answer, digits(body.get("number")))

    def get_number(self, brand_id: str, campaign_id: str, number: str) -> NumberLink:
        ids = _campaign_ids(brand_id, campaign_id) | {"number": digits(number)}
        return _number(self.api.call("GET", _NUMBER, ids=ids), digits(number))

    def unlink_number(self, brand_id: str, campaign_id: str, number: str) -> None:
        ids = _campaign_ids(brand_id, campaign_id) | {"number": digits(number)}
        self.api.call("DELETE", _NUMBER, ids=ids)

    def _page(
        self,
        template: str,
        ids: Mapping[str, str],
        things: str,
        read: Callable[[object], T],
        page: int,
        page_size: int,
    ) -> Page[T]:
        answer = self.api.call("GET", template, ids=ids, query={"page": page, "page_size": page_size})
        read_page = Page.from_json(answer.body, things, read)
        if not read_page.well_formed:
            raise AnswerLost(http_status=answer.status, reason="no_list")
        return read_page

    def _bare_list(self, template: str, ids: Mapping[str, str], read: Callable[[object], T]) -> tuple[T, ...]:
        answer = self.api.call("GET", template, ids=ids)
        if not isinstance(answer.body, list) or not all(isinstance(item, dict) for item in answer.body):
            raise AnswerLost(http_status=answer.status, reason="no_list")
        return tuple(map(read, answer.body))


class NumbersClient:
    """The numbers a key owns: the one read of the Numbers API that is needed here."""

    def __init__(self, api: ApiClient) -> None:
        self.api = api.at(Family.NUMBERS)

    def list_owned(self, page: int = 1, size: int = PAGE_SIZE) -> Page[OwnedNumber]:
        answer = self.api.call("GET", "/account/numbers", query={"index": page, "size": size})
        read_page = owned_page(answer.body, page)
        if not read_page.well_formed:
            raise AnswerLost(http_status=answer.status, reason="no_list")
        return read_page

    def walk_owned(self, *, size: int = PAGE_SIZE) -> Walk[OwnedNumber]:
        return Walk(lambda page: self.list_owned(page, size), lambda number: number.msisdn)


def _campaign_ids(brand_id: str, campaign_id: str) -> dict[str, str]:
    return {"brand_id": brand_id, "campaign_id": campaign_id}


def _object(answer: Answer) -> Any:
    if not isinstance(answer.body, dict):
        raise AnswerLost(http_status=answer.status, reason="no_object")
    return answer.body


def _brand(answer: Answer) -> Brand:
    brand = Brand.from_json(answer.body)
    _require(brand.brand_id, answer)
    return brand


def _campaign(answer: Answer, expected: str = "") -> Campaign:
    """A campaign; of one that was asked for by id, that very one."""
    campaign = Campaign.from_json(answer.body)
    _require(campaign.campaign_id if not expected else campaign.campaign_id == expected, answer)
    return campaign


def _vetting(answer: Answer) -> Vetting:
    vetting = Vetting.from_json(answer.body)
    _require(vetting.vetting_id, answer)
    return vetting


def _number(answer: Answer, expected: str) -> NumberLink:
    link = NumberLink.from_json(answer.body)
    _require(link.digits == expected, answer)
    return link


def _require(proof: object, answer: Answer) -> None:
    """A 2xx proves nothing without the id, or the other fact, that it promises."""
    if not proof:
        raise AnswerLost(http_status=answer.status, reason="no_id")
