"""Each of the 22 operations against the simulator process, as it goes when all is well."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from portal.vonage import problems
from tendlc import wire
from tests.contract.operations import OPERATIONS
from tests.contract.stage import BRAND, CAMPAIGN, NUMBER, VETTING, Stage

pytestmark = pytest.mark.processes


def list_brands(stage: Stage) -> Any:
    stage.brand(count=3, fields={})
    walk = stage.client.walk_brands(page_size=2)
    assert [brand.status for brand in walk] == ["VERIFIED"] * 3
    assert (walk.pages, walk.complete) == (2, True)
    page = stage.client.list_brands(2, 2)
    assert (page.page, page.page_size, page.total_items, len(page.items)) == (2, 2, 3, 1)
    return page


def create_brand(stage: Stage) -> Any:
    brand = stage.client.create_brand(wire.brand_body(BRAND))
    assert (brand.ein, brand.phone, brand.status) == ("20-1111111", "15556660001", "PENDING")
    assert brand.created_date is not None
    return brand


def get_brand(stage: Stage) -> Any:
    brand_id = stage.brand()
    brand = stage.client.get_brand(brand_id)
    assert (brand.brand_id, brand.status) == (brand_id, "VERIFIED")
    return brand


def update_brand(stage: Stage) -> Any:
    brand = stage.client.update_brand(stage.brand(), wire.brand_patch({"city": "Trenton"}))
    assert brand.city == "Trenton"
    return brand


def delete_brand(stage: Stage) -> Any:
    brand_id = stage.brand()
    stage.client.delete_brand(brand_id)
    with pytest.raises(problems.NotFound):
        stage.client.get_brand(brand_id)


def get_feedback(stage: Stage) -> Any:
    feedback = stage.client.get_feedback(stage.named_brand("Unverified Inc.", status="UNVERIFIED"))
    assert [category.name for category in feedback.categories] == ["TAX_ID"]
    assert feedback.categories[0].fields == ("ein", "company_name")
    return feedback


def check_use_case(stage: Stage) -> Any:
    check = stage.client.check_use_case(stage.brand(), "LOW_VOLUME")
    assert (check.usecase, check.quarterly_fee) == ("LOW_VOLUME", Decimal(6))
    assert [(carrier.mno, carrier.qualify) for carrier in check.mno_metadata] == [
        ("AT&T", True),
        ("TMO", True),
    ]
    assert [carrier.tpm for carrier in check.mno_metadata] == [75, None]
    return check


def list_vettings(stage: Stage) -> Any:
    (vetting,) = stage.client.list_vettings(stage.brand(vettings=[{"vetting_id": "V1"}]))
    assert (vetting.vetting_id, vetting.evp_id, vetting.vetting_score) == ("V1", "AEGIS", 78)
    return vetting


def request_vetting(stage: Stage) -> Any:
    vetting = stage.client.request_vetting(stage.brand(), wire.vetting_body(VETTING))
    assert (vetting.evp_id, vetting.vetting_class) == ("AEGIS", "STANDARD")
    return vetting


def import_vetting(stage: Stage) -> Any:
    body = wire.vetting_import_body({"evp_id": "CV", "vetting_class": "POLITICAL", "vetting_token": "t0ken"})
    vetting = stage.client.import_vetting(stage.brand(), "cv|42 é", body)
    assert vetting.vetting_id == "cv|42 é"
    return vetting


def revet_brand(stage: Stage) -> Any:
    brand = stage.client.revet_brand(stage.brand(status="UNVERIFIED"))
    assert brand.status in ("PENDING", "VERIFIED")
    return brand


def list_vetting_classes(stage: Stage) -> Any:
    classes = stage.client.list_vetting_classes()
    assert {each.id for each in classes if each.enabled} == {"STANDARD", "ENHANCED", "POLITICAL"}
    return classes


def list_vetting_providers(stage: Stage) -> Any:
    providers = stage.client.list_vetting_providers()
    assert {each.evp_id: each.tcr_billable for each in providers} == {"AEGIS": True, "WMC": True, "CV": False}
    return providers


def list_campaigns(stage: Stage) -> Any:
    brand_id, campaign_id = stage.campaign()
    walk = stage.client.walk_campaigns(brand_id)
    assert [campaign.campaign_id for campaign in walk] == [campaign_id]
    assert walk.complete
    return walk


def create_campaign(stage: Stage) -> Any:
    brand_id = stage.brand()
    campaign = stage.client.create_campaign(brand_id, wire.campaign_body(CAMPAIGN))
    assert (campaign.brand_id, campaign.label, campaign.usecase) == (brand_id, "Sign-in #7F3K2M9QXA", "2FA")
    assert {getattr(campaign, flag) for flag in wire.CAMPAIGN_FLAGS} == {False}
    return campaign


def get_campaign(stage: Stage) -> Any:
    brand_id, campaign_id = stage.campaign()
    campaign = stage.client.get_campaign(brand_id, campaign_id)
    assert (campaign.status, {carrier.status for carrier in campaign.mno_metadata}) == (
        "ACTIVE",
        {"APPROVED"},
    )
    return campaign


def update_campaign(stage: Stage) -> Any:
    campaign = stage.client.update_campaign(
        *stage.campaign(), wire.campaign_patch({"help_message": "Reply HELP", "auto_renewal": False})
    )
    assert (campaign.help_message, campaign.auto_renewal) == ("Reply HELP", False)
    return campaign


def stop_campaign(stage: Stage) -> Any:
    ids = stage.campaign()
    stage.client.stop_campaign(*ids)
    assert stage.client.get_campaign(*ids).status in ("PENDING_CANCELLATION", "CANCELED")


def list_numbers(stage: Stage) -> Any:
    ids = stage.campaign(NUMBER, "14155550111", "14155550112")
    walk = stage.client.walk_numbers(*ids, page_size=2)
    assert [link.digits for link in walk] == [NUMBER, "14155550111", "14155550112"]
    assert walk.complete
    return walk


def link_number(stage: Stage) -> Any:
    link = stage.client.link_number(
        *stage.campaign(), wire.number_body({"number": f"+{NUMBER}", "country": "US"})
    )
    assert (link.number, link.country) == (NUMBER, "US")
    return link


def get_number(stage: Stage) -> Any:
    link = stage.client.get_number(*stage.campaign(NUMBER), NUMBER)
    assert (link.number, link.status) == (NUMBER, "APPROVED")
    return link


def unlink_number(stage: Stage) -> Any:
    ids = stage.campaign(NUMBER)
    stage.client.unlink_number(*ids, NUMBER)
    with pytest.raises(problems.NotFound):
        stage.client.get_number(*ids, NUMBER)


SUCCESS: dict[str, Callable[[Stage], Any]] = {
    function.__name__: function
    for function in (
        *(list_brands, create_brand, get_brand, update_brand, delete_brand, get_feedback, check_use_case),
        *(list_vettings, request_vetting, import_vetting, revet_brand, list_vetting_classes),
        *(list_vetting_providers, list_campaigns, create_campaign, get_campaign, update_campaign),
        *(stop_campaign, list_numbers, link_number, get_number, unlink_number),
    )
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_operation_succeeds_and_a_write_has_exactly_one_effect(operation: Any, stage: Stage) -> None:
    SUCCESS[operation.name](stage)

    assert stage.effects() == (0 if operation.method == "GET" else 1)


def test_every_operation_is_here() -> None:
    assert set(SUCCESS) == {operation.name for operation in OPERATIONS}
