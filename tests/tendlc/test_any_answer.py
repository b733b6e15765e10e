"""Whatever Vonage sends, from its bytes to our rows: no exception, no state better than its word, all of it kept.

The examples are the same in every run with CI=true, and a failure prints what to reproduce it with.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from portal.history.models import Change, Refusal
from portal.vonage.reading import Unreadable, parse_json
from tendlc import wire
from tendlc.models import Brand, Campaign, CampaignCarrier, NumberLink, OwnedNumber, Vetting, VettingProvider
from tendlc.sync import (
    Seen,
    absorb_brand,
    absorb_campaign,
    absorb_catalogue,
    absorb_feedback,
    absorb_number,
    absorb_owned,
    absorb_qualification,
    absorb_vetting,
)
from tests.people import People
from tests.tendlc.builders import make_brand, make_campaign

pytestmark = pytest.mark.django_db
STORED = examples(
    deadline=None,
    max_examples=40,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# The words that are good news, an axis each: written down here, not taken from the code that is under test.
GOOD = {
    "brand": {"VERIFIED", "VETTED_VERIFIED"},
    "vetting": {"ACTIVE"},
    "campaign": {"ACTIVE"},
    "carrier": {"APPROVED"},
    "number": {"APPROVED", "LINKED"},
}
GOOD_STATES = {"verified", "vetted", "scored", "active", "approved", "linked"}
EVERY_GOOD = sorted(set().union(*GOOD.values()))
# Nearly a good word, in another alphabet, with something before it, or as something that is no text.
NEARLY = [
    *(
        "UNVERIFIED",
        "NOT VERIFIED",
        "VERI\ufb01ED",
        "LIN\u212aED",
        "ACTIVE\u0000",
        "\u200bACTIVE",
        "VERIFIED?",
    ),
    *("INACTIVE", "DISAPPROVED", "PENDING", "REJECTED", "vetted", "true", "\ud800", "x" * 4000),
]
TEXT = st.text(st.characters(), max_size=40) | st.text(
    st.sampled_from("\x00\ud800\udfff\ufffeé中😀 ab"), max_size=8
)
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | TEXT
    | st.sampled_from(["true,", "0001-01-01 00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1e400", "9" * 400])
)
WORD = st.sampled_from(EVERY_GOOD + NEARLY) | st.sampled_from(EVERY_GOOD).map(str.title)
VALUE = st.recursive(
    SCALAR | WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | WORD, inner, max_size=3),
    max_leaves=8,
)


def deep(levels: int) -> Any:
    """A list in a list in a list …"""
    value: Any = "VERIFIED"
    for _ in range(levels):
        value = [value]
    return value


@st.composite
def objects(draw: st.DrawFn, *names: str) -> dict[str, Any]:
    """An object with some of these names, some of others, and words where words are expected."""
    known = {name: draw(WORD | VALUE if "status" in name else VALUE) for name in draw(some_of(names))}
    nested = {"nested": deep(draw(st.integers(1, 40)))} if draw(st.booleans()) else {}
    return {**draw(st.dictionaries(TEXT, VALUE, max_size=2)), **nested, **known}


def some_of(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=8)


def mno() -> st.SearchStrategy[Any]:
    return objects(*wire.MnoMetadata.__slots__, "att_tpm", "att_msg_class", "tmo_brand_tier")


@st.composite
def with_carriers(draw: st.DrawFn, *names: str) -> dict[str, Any]:
    return {**draw(objects(*names)), "mno_metadata": draw(st.lists(mno(), max_size=3) | mno() | VALUE)}


@st.composite
def feedback(draw: st.DrawFn) -> dict[str, Any]:
    return {"categories": draw(st.lists(objects("name", "description", "fields"), max_size=3))}


CARRIED = with_carriers(*wire.Campaign.__slots__)
CHECKED = with_carriers("usecase", "quarterly_fee", "annual_fee")
CATALOGUE = st.lists(objects(*wire.VettingProvider.__slots__, *wire.VettingClass.__slots__), max_size=3)
OWNED = st.lists(objects(*wire.OwnedNumber.__slots__), max_size=3)


def as_read(value: object, encoding: str) -> Any:
    """Through bytes and the door every answer comes in by; None for what is turned away there."""
    text = json.dumps(value, ensure_ascii=encoding == "escaped")
    try:
        return parse_json(text.encode("utf-8" if encoding == "escaped" else encoding, "surrogatepass"))
    except Unreadable:
        return None


ENCODINGS = st.sampled_from(["escaped", "utf-8", "utf-8-sig"]) | st.sampled_from(["utf-16", "latin-1"])


@st.composite
def answers(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """What came in of a value, in one of several encodings."""
    value, encoding = draw(values | VALUE), draw(ENCODINGS)
    try:
        read = as_read(value, encoding)
    except UnicodeEncodeError:  # this encoding has no such letters
        read = as_read(value, "escaped")
    assume(read is not None)
    return read


def is_good(axis: str, word: object) -> bool:
    """Whether a word may be taken for good news: as it is documented, in any case, with spaces for underscores."""
    if not isinstance(word, str) or not word.isascii():
        return False
    return word.strip().upper().replace(" ", "_").replace("-", "_") in GOOD[axis]


def fits(row: models.Model) -> None:
    """PostgreSQL refuses what is longer than its column, SQLite does not; and neither takes half a letter."""
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if isinstance(value, str):
            assert len(value) <= (getattr(column, "max_length", None) or len(value)), column.name
            assert "\x00" not in value


def plain(value: Any) -> Any:
    """JSON with its numbers as they are written: PostgreSQL gives 1e16 back as a whole number."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if is_number else value


def stored(row: Any) -> Any:
    fresh = type(row)._default_manager.get(pk=row.pk)
    for each in (fresh, *Change.objects.all(), *Refusal.objects.all()):
        fits(each)
    return fresh


@dataclass(frozen=True)
class Scene:
    """Rows that hold good news already, as they came a minute ago."""

    brand: Brand
    campaign: Campaign
    before: Seen
    seen: Seen

    def brand_from(self, value: Any, old: Brand | None = None, seen: Seen | None = None) -> Any:
        key = self.brand.api_key
        return absorb_brand(wire.Brand.from_json(value), api_key=key, seen=seen or self.seen, brand=old)

    def vetting_from(self, value: Any, old: Vetting | None = None, seen: Seen | None = None) -> Any:
        record = wire.Vetting.from_json(value)
        return absorb_vetting(record, brand=self.brand, seen=seen or self.seen, vetting=old)

    def campaign_from(self, value: Any, old: Campaign | None = None, seen: Seen | None = None) -> Any:
        record = wire.Campaign.from_json(value)
        return absorb_campaign(record, brand=self.brand, seen=seen or self.seen, campaign=old)

    def number_from(self, value: Any, old: NumberLink | None = None, seen: Seen | None = None) -> Any:
        record = wire.NumberLink.from_json(value)
        return absorb_number(record, campaign=self.campaign, seen=seen or self.seen, link=old)


@pytest.fixture
def scene(people: People) -> Scene:
    brand = make_brand(people.account, client=people.client)
    now = Seen.now()
    return Scene(brand, make_campaign(brand), replace(now, asked_at=now.asked_at - timedelta(minutes=1)), now)


KINDS: dict[str, tuple[str, st.SearchStrategy[Any], dict[str, str]]] = {
    "brand": ("status", objects(*wire.Brand.__slots__), {"brand_id": "B9", "status": "VERIFIED"}),
    "vetting": (
        "vetting_status",
        objects(*wire.Vetting.__slots__, "vetting_token", "reasons"),
        {"vetting_id": "V9", "vetting_status": "ACTIVE"},
    ),
    "campaign": ("status", CARRIED, {"campaign_id": "C9", "status": "ACTIVE"}),
    "number": (
        "status",
        objects(*wire.NumberLink.__slots__),
        {"number": "12015550199", "status": "APPROVED"},
    ),
}


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("kind", KINDS)
def test_any_answer_is_taken_in_as_no_better_than_its_word(kind: str, is_known: bool, scene: Scene) -> None:
    key, values, good = KINDS[kind]
    take: Callable[..., Any] = getattr(scene, f"{kind}_from")

    @STORED
    @given(answers(values))
    def check(value: Any) -> None:
        with transaction.atomic():
            old = take(good, seen=scene.before) if is_known else None
            row = stored(take(value, old))
            word = value.get(key) if isinstance(value, dict) else None
            assert (row.state in GOOD_STATES) == is_good(kind, word), (row.state, word)
            kept = value if isinstance(value, dict) else {}
            assert plain(row.raw) == plain({name: kept[name] for name in kept if name != "vetting_token"})
            assert row.remote_status == (word if isinstance(word, str) else row.remote_status)
            transaction.set_rollback(True)

    check()


@STORED
@given(answers(CARRIED))
def test_any_word_of_a_carrier_is_no_better_than_it_is(scene: Scene, value: Any) -> None:
    with transaction.atomic():
        row = scene.campaign_from(value)
        told = value.get("mno_metadata") if isinstance(value, dict) else None
        parts = [told] if isinstance(told, dict) else told if isinstance(told, list) else []
        for carrier in map(stored, CampaignCarrier.objects.filter(campaign=row)):
            assert plain(carrier.raw) in plain(parts)
            assert (carrier.state in GOOD_STATES) == is_good("carrier", carrier.raw.get("status"))
        transaction.set_rollback(True)


@STORED
@given(answers(feedback()))
def test_any_feedback_is_kept_as_it_was_said(scene: Scene, value: Any) -> None:
    with transaction.atomic():
        record = wire.Feedback.from_json(value)
        absorb_feedback(record, brand=scene.brand)
        assert record.raw is value
        assert [one["name"] for one in stored(scene.brand).feedback] == [
            one.name for one in record.categories
        ]
        transaction.set_rollback(True)


@STORED
@given(answers(CHECKED))
def test_any_answer_to_a_check_is_kept_and_all_carriers_no_is_no(scene: Scene, value: Any) -> None:
    with transaction.atomic():
        record = wire.Qualification.from_json(value)
        row = stored(absorb_qualification(record, brand=scene.brand, use_case="MARKETING"))
        assert plain(row.raw) == plain(value or {})
        said = [carrier.qualify for carrier in record.mno_metadata]
        assert not (row.qualified and said and all(word is False for word in said))
        transaction.set_rollback(True)


@STORED
@given(answers(CATALOGUE))
def test_any_provider_and_class_is_kept_and_switched_on_only_by_a_yes(scene: Scene, value: Any) -> None:
    with transaction.atomic():
        entries = value if isinstance(value, list) else [value]
        classes = [wire.VettingClass.from_json(one) for one in entries]
        absorb_catalogue(
            scene.brand.account_id, [wire.VettingProvider.from_json(one) for one in entries], classes
        )
        assert all(
            one.enabled is not True for one in classes if str(one.enabled).lower().strip(" ,") != "true"
        )
        for row in VettingProvider.objects.all():
            stored(row)
        transaction.set_rollback(True)


@STORED
@given(answers(OWNED))
def test_any_number_we_own_is_kept(scene: Scene, value: Any) -> None:
    with transaction.atomic():
        entries = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        records = [wire.OwnedNumber.from_json(one) for one in entries]
        unique = {one.msisdn[:20]: one for one in records if one.msisdn}
        absorb_owned(scene.brand.api_key, list(unique.values()), scene.seen.asked_at)
        rows = {row.number: stored(row) for row in OwnedNumber.objects.all()}
        kept = {number: plain(row.raw) for number, row in rows.items()}
        assert kept == {number: plain(one.raw) for number, one in unique.items()}
        transaction.set_rollback(True)
