"""The operations: method, path, name and handler. The 22 of 10DLC share a prefix."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Map, Rule

from simulator import applications, brands, campaigns, numbers, owned, vettings
from simulator.call import Answer

Handler = Callable[..., Answer]

ONE_BRAND = "/brands/<brand_id>"
ONE_CAMPAIGN = f"{ONE_BRAND}/campaigns/<campaign_id>"
ONE_NUMBER = f"{ONE_CAMPAIGN}/numbers/<number>"
VETTINGS = f"{ONE_BRAND}/vetting/requests"

TABLE: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/brands", brands.list_brands),
    ("POST", "/brands", brands.create_brand),
    ("GET", ONE_BRAND, brands.read_brand),
    ("PATCH", ONE_BRAND, brands.change_brand),
    ("DELETE", ONE_BRAND, brands.delete_brand),
    ("GET", f"{ONE_BRAND}/feedback", brands.read_feedback),
    ("GET", f"{ONE_BRAND}/usecases/<usecase>", brands.check_use_case),
    ("GET", VETTINGS, vettings.list_vettings),
    ("POST", VETTINGS, vettings.order_vetting),
    ("PUT", f"{VETTINGS}/<vetting_id>", vettings.import_vetting),
    ("POST", f"{ONE_BRAND}/revet", brands.revet_brand),
    ("GET", "/enum/vetting/classes", vettings.list_classes),
    ("GET", "/enum/vetting/providers", vettings.list_providers),
    ("GET", f"{ONE_BRAND}/campaigns", campaigns.list_campaigns),
    ("POST", f"{ONE_BRAND}/campaigns", campaigns.create_campaign),
    ("GET", ONE_CAMPAIGN, campaigns.read_campaign),
    ("PATCH", ONE_CAMPAIGN, campaigns.change_campaign),
    ("DELETE", ONE_CAMPAIGN, campaigns.stop_campaign),
    ("GET", f"{ONE_CAMPAIGN}/numbers", numbers.list_numbers),
    ("POST", f"{ONE_CAMPAIGN}/numbers", numbers.link_number),
    ("GET", ONE_NUMBER, numbers.read_number),
    ("DELETE", ONE_NUMBER, numbers.unlink_number),
)

ONE_APPLICATION = "/v2/applications/<application_id>"

# At Vonage these have hosts of their own; here they have one.
ELSEWHERE: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/v2/applications", applications.list_applications),
    ("POST", "/v2/applications", applications.create_application),
    ("GET", ONE_APPLICATION, applications.read_application),
    ("PUT", ONE_APPLICATION, applications.replace_application),
    ("DELETE", ONE_APPLICATION, applications.delete_application),
    ("GET", "/accounts/<api_key>/subaccounts", applications.list_subaccounts),
    ("GET", "/account/numbers", owned.list_owned),
)
WHOLE = (*((method, f"/v1/10dlc{path}", handler) for method, path, handler in TABLE), *ELSEWHERE)

HANDLERS: dict[str, Handler] = {handler.__name__: handler for _, _, handler in WHOLE}
URLS = Map(
    [Rule(path, methods=[method], endpoint=handler.__name__) for method, path, handler in WHOLE],
    merge_slashes=False,
)
