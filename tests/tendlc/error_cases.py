"""Each kind of error of the document: where it is met, how it is staged, and what a person then reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape

from django.urls import reverse
from django.utils.html import strip_tags

from portal.outbox.kinds import kind_of
from portal.outbox.models import Inquiry, Operation
from tendlc import actions
from tendlc.models import Brand
from tests.contract.errors import BY_FRAGMENT
from tests.contract.operations import BY_NAME, examples
from tests.outbox.conftest import Desk, answer_inquiries, operation_of, run

Act = Callable[[Desk], Operation | Inquiry]


def new_brand(desk: Desk) -> Operation:
    return operation_of(desk.brand())


def changed_brand(desk: Desk) -> Operation:
    brand = known(desk)
    actions.change_brand(desk.scope, brand, {"website": "https://shoes.example"}, actor=desk.scope.user)
    return operation_of(brand)


def revetted_brand(desk: Desk) -> Operation:
    brand = known(desk, "UNVERIFIED")
    actions.revet_brand(desk.scope, brand, actor=desk.scope.user)
    return operation_of(brand)


def vetting(desk: Desk) -> Operation:
    row = actions.request_vetting(
        desk.scope, known(desk), evp_id="AEGIS", vetting_class="STANDARD", actor=desk.scope.user
    )
    return Operation.objects.get(object_type="tendlc.vetting", object_id=row.pk)


def use_case(desk: Desk) -> Inquiry:
    return actions.check_use_case(desk.scope, known(desk), "MARKETING", actor=desk.scope.user)


def new_campaign(desk: Desk) -> Operation:
    return operation_of(desk.campaign(known(desk)))


def changed_campaign(desk: Desk) -> Operation:
    return operation_of(desk.edited_campaign())


def number(desk: Desk) -> Operation:
    return operation_of(desk.number())


def known(desk: Desk, status: str = "VERIFIED") -> Brand:
    brand = desk.registered_brand()
    if status != "VERIFIED":
        desk.simulator.control("status", {"brand_id": brand.remote_id, "status": status})
        Brand.objects.filter(pk=brand.pk).update(state=status.lower(), remote_status=status)
    return Brand.objects.get(pk=brand.pk)


@dataclass(frozen=True)
class Case:
    """Where a kind is met, what is read of it on every page about it, and what is offered on the object's."""

    operation: str
    act: Act
    says: str
    next_step: str


@dataclass(frozen=True)
class Met:
    """An error that happened: its case, what Vonage said of fields, and the object's page before all others."""

    case: Case
    said: tuple[str, ...]
    pages: tuple[str, ...]


FIELDS = "did not accept some of the fields"
DOUBT = "not certain whether it was done"
CASES = {
    "unauthorized": Case("create_brand", new_brand, "Vonage refused the API key", "See the API key"),
    "not-found": Case(
        "update_brand", changed_brand, "no such record, or this API key may not see it", "Sync now"
    ),
    "throttled": Case("revet_brand", revetted_brand, "asked us to slow down", "It is tried again by itself"),
    "error-type": Case("create_brand", new_brand, "refused the submission", "Correct and submit again"),
    "error-brand-conflict": Case("create_brand", new_brand, DOUBT, "please do not submit it again"),
    "error-vetting-conflict": Case("request_vetting", vetting, DOUBT, "please do not submit it again"),
    "error-brand-not-qualified": Case("create_campaign", new_campaign, "check", "See the use case"),
    "number-already-linked": Case("link_number", number, "already", "unlink it there first"),
    "use-case-denied": Case(
        "check_use_case", use_case, "has been denied for this brand", "Check again Marketing"
    ),
    "invalid-json": Case("revet_brand", revetted_brand, "could not read our request", "tell support"),
    "invalid-brand-data": Case("create_brand", new_brand, FIELDS, "Correct and submit again"),
    "invalid-vetting-data": Case("request_vetting", vetting, FIELDS, "Request vetting"),
    "invalid-campaign-data": Case("update_campaign", changed_campaign, FIELDS, "Edit"),
    "invalid-usecase-data": Case(
        "check_use_case", use_case, "could not answer: Unrecognized", "Check Marketing"
    ),
    "invalid-number-data": Case("link_number", number, FIELDS, "Link again"),
}


def stage(desk: Desk, fragment: str, name: str) -> tuple[str, ...]:
    """The simulator answers the next such request with the document's own body; what that says of fields."""
    kind, operation = BY_FRAGMENT[fragment], BY_NAME[name]
    (body,) = [each for each in examples(name)["errors"] if each["type"] == kind.type]
    path = "/v1/10dlc" + re.sub(r"\{\w+\}", "[^/]+", operation.path) + "$"
    fault = {"kind": "status", "method": operation.method, "path_regex": path}
    desk.simulator.control("faults", fault | {"params": {"code": kind.status, "body": body}})
    return tuple(each["description"] for each in body.get(kind.fields_key, ()) if "description" in each)


def words(html: str) -> str:
    """What is read of a page's main part, without what stands there for support."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(strip_tags(re.sub(r"<(script|code).*?</\1>", " ", main, flags=re.S))).split())


def met(desk: Desk, fragment: str) -> Met:
    """Somebody does it, and the simulator answers with this error."""
    case = CASES[fragment]
    asked = case.act(desk)
    said = stage(desk, fragment, case.operation)
    run()
    answer_inquiries()
    account = desk.scope.account.pk
    if isinstance(asked, Inquiry):
        about = [account, asked.object_id]
        pages = (
            reverse("tendlc:use_cases", args=about),
            reverse("tendlc:use_case", args=[*about, "MARKETING"]),
        )
        return Met(case, said, pages)
    return Met(
        case, said, (kind_of(asked).page(asked), reverse("outbox:operation", args=[account, asked.pk]))
    )


def wanting(fragment: str, found: Met, read: Mapping[str, str]) -> list[str]:
    """What a person misses on the pages, which are read as plain text; none if all is said in words."""
    expected, codes = (found.case.says, *found.said), (fragment, fragment.replace("-", "_"))
    missed = [f"{page}: {each}" for page, text in read.items() for each in expected if each not in text]
    coded = [f"{page}: {each} is a code" for page, text in read.items() for each in codes if each in text]
    first = read[found.pages[0]]
    stuck = [] if found.case.next_step.lower() in first.lower() else [f"no next step: {first}"]
    return missed + coded + stuck
