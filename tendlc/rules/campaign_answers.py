"""Rules about what a campaign is and what was answered yes or no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from tendlc.enums import UseCase
from tendlc.rules import sources, texts
from tendlc.rules.case import SAMPLES, CampaignCase
from tendlc.rules.rule import Hit, Rule, Severity

SUB_BOUNDS: Final = {UseCase.MIXED.value: (2, 5), UseCase.LOW_VOLUME.value: (1, 5)}
DESCRIPTION_LEAST, DESCRIPTION_GOOD, DESCRIPTION_MOST = 40, 100, 4096
KEYWORDS: Final = ("subscriber_opt_in", "subscriber_opt_out", "subscriber_help")
Hits = Iterator[Hit]


def _unchecked(case: CampaignCase) -> Hits:
    if case.use_case and not case.demands.asked:
        yield Hit()


def _denied(case: CampaignCase) -> Hits:
    if case.demands.denied:
        yield Hit()


def _unsupported(case: CampaignCase) -> Hits:
    if case.demands.unsupported and not case.demands.denied:
        yield Hit(values={"carriers": ", ".join(case.demands.unsupported)})


def _sub_use_cases(case: CampaignCase) -> Hits:
    low, high = SUB_BOUNDS.get(case.use_case, (0, 0))
    count = len(case.values.get("sub_use_cases") or ())
    if high and case.answered("sub_use_cases") and not low <= count <= high:
        yield Hit(values={"low": low, "high": high, "count": count})


def _description_short(case: CampaignCase) -> Hits:
    if case.answered("description") and len(case.text("description")) < DESCRIPTION_LEAST:
        yield Hit()


def _description_thin(case: CampaignCase) -> Hits:
    if DESCRIPTION_LEAST <= len(case.text("description")) < DESCRIPTION_GOOD:
        yield Hit()


def _description_long(case: CampaignCase) -> Hits:
    if (length := len(case.text("description"))) > DESCRIPTION_MOST:
        yield Hit(values={"length": length})


def _not_english(case: CampaignCase) -> Hits:
    for name, text in case.prose("description", "message_flow", "help_message").items():
        if not texts.is_mostly_latin(text):
            yield Hit(name)


def _differing(case: CampaignCase, demands: Mapping[str, tuple[str, ...]], wanted: bool) -> Hits:
    for name, carriers in demands.items():
        if carriers and case.values.get(name) is (not wanted):
            yield Hit(name, {"carriers": ", ".join(carriers)})


def _required(case: CampaignCase) -> Hits:
    yield from _differing(case, case.demands.requiring, True)


def _banned(case: CampaignCase) -> Hits:
    yield from _differing(case, case.demands.banning, False)


def _keywords(case: CampaignCase) -> Hits:
    """What a carrier demands is blocked already; one-time codes need no opt-out."""
    for name in KEYWORDS:
        is_exempt = case.use_case == UseCase.TWO_FACTOR and name == "subscriber_opt_out"
        if case.values.get(name) is False and not case.demands.requiring.get(name) and not is_exempt:
            yield Hit(name)


def _affiliate(case: CampaignCase) -> Hits:
    if case.values.get("affiliate_marketing"):
        yield Hit()


def _pool(case: CampaignCase) -> Hits:
    if case.values.get("number_pool"):
        yield Hit()


def _age_gate(case: CampaignCase) -> Hits:
    found = texts.AGE.findall(" ".join(case.prose("description").values()))
    if found and case.values.get("age_gated") is False:
        yield Hit(values={"words": texts.shown(found)})


def _lending(case: CampaignCase) -> Hits:
    found = texts.LENDING.findall(" ".join(case.prose("description").values()))
    if found and case.values.get("direct_lending") is False:
        yield Hit(values={"words": texts.shown(found)})


def _reseller(case: CampaignCase) -> Hits:
    fixed = str((case.registered or {}).get("reseller_id") or "")
    if fixed and case.text("reseller_id") not in ("", fixed):
        yield Hit(values={"fixed": fixed})


def _renewal(case: CampaignCase) -> Hits:
    if case.values.get("auto_renewal") is False:
        yield Hit()


B, W, H = Severity.BLOCK, Severity.WARN, Severity.HINT
RULES: Final[tuple[Rule[CampaignCase], ...]] = (
    Rule(
        "unchecked",
        ("use_case",),
        W,
        _("Nobody has asked Vonage about this use case yet."),
        _("Check it now; otherwise it is asked before the campaign is sent."),
        sources.DOCUMENT,
        _unchecked,
    ),
    Rule(
        "denied",
        ("use_case",),
        W,
        _("The last answer was no: this brand may not run this use case. It will probably be refused."),
        _("Choose another use case, or have the brand vetted and check again."),
        sources.ANSWER,
        _denied,
    ),
    Rule(
        "unsupported",
        ("use_case",),
        W,
        _("These carriers do not take this use case of this brand: %(carriers)s."),
        _("Their subscribers would get no messages; choose another use case if you need them."),
        sources.ANSWER,
        _unsupported,
    ),
    Rule(
        "sub_use_cases",
        ("sub_use_cases",),
        W,
        _("This use case names %(low)d to %(high)d purposes; there are %(count)d."),
        _("Tick what the messages are for."),
        sources.REGISTRY,
        _sub_use_cases,
    ),
    Rule(
        "description_short",
        ("description",),
        W,
        _("The description is shorter than 40 characters."),
        _("Say who sends to whom, what, and why."),
        sources.VONAGE,
        _description_short,
    ),
    Rule(
        "description_thin",
        ("description",),
        H,
        _("Descriptions under 100 characters are often called vague."),
        _("Say who sends to whom, what, and why."),
        sources.TWILIO,
        _description_thin,
    ),
    Rule(
        "description_long",
        ("description",),
        W,
        _("The description has %(length)d characters; registries take 4,096."),
        _("Shorten it."),
        sources.TWILIO,
        _description_long,
    ),
    Rule(
        "not_english",
        ("description", "message_flow", "help_message", *SAMPLES),
        W,
        _("This is not in English."),
        _("Reviewers read English only; translate it."),
        sources.BANDWIDTH,
        _not_english,
    ),
    Rule(
        "carriers_yes",
        KEYWORDS,
        B,
        _("This has to be yes for %(carriers)s."),
        _("Answer yes, or check the use case again if that has changed."),
        sources.ANSWER,
        _required,
    ),
    Rule(
        "carriers_no",
        ("embedded_link", "embedded_phone"),
        B,
        _("This has to be no for %(carriers)s."),
        _("Answer no and leave it out of the samples, or choose another use case."),
        sources.ANSWER,
        _banned,
    ),
    Rule(
        "keywords_no",
        KEYWORDS,
        W,
        _("The registry refuses nearly every campaign that says no here."),
        _("Answer yes, and let your system answer the keyword."),
        sources.TELNYX,
        _keywords,
    ),
    Rule(
        "affiliate",
        ("affiliate_marketing",),
        W,
        _("Affiliate marketing is refused nearly always."),
        _("Say no if the brand alone decides on the content."),
        sources.TELNYX,
        _affiliate,
    ),
    Rule(
        "pool",
        ("number_pool",),
        H,
        _(
            "A pool of numbers needs a review of its own by the carriers; this answer alone does not ask for it."
        ),
        _("Ask Vonage's support for the review, or say no for up to 49 numbers."),
        sources.BANDWIDTH,
        _pool,
    ),
    Rule(
        "age_gate",
        ("age_gated",),
        W,
        _("The texts name %(words)s, but the content is said not to be for adults only."),
        _("Say yes, and ask for the date of birth on the website."),
        sources.TELNYX,
        _age_gate,
    ),
    Rule(
        "lending",
        ("direct_lending",),
        W,
        _("The texts name %(words)s, but it is said not to be about lending."),
        _("Say yes for every brand that lends money; it cannot be changed later."),
        sources.TWILIO,
        _lending,
    ),
    Rule(
        "reseller_fixed",
        ("reseller_id",),
        W,
        _("The reseller id is %(fixed)s and cannot be changed once it is set."),
        _("Leave it as it is."),
        sources.VONAGE_RESELLERS,
        _reseller,
    ),
    Rule(
        "no_renewal",
        ("auto_renewal",),
        H,
        _("The campaign ends after the period that is paid for."),
        _("Answer yes to keep it."),
        sources.VONAGE,
        _renewal,
    ),
)
