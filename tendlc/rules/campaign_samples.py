"""Rules about sample messages: that there are enough, that they say what they must, and fit the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from tendlc.enums import UseCase
from tendlc.rules import sources, texts
from tendlc.rules.case import SAMPLES, CampaignCase
from tendlc.rules.rule import Hit, Rule, Severity
from tendlc.rules.segments import segments

SAMPLE_LEAST, SAMPLE_MOST, MANY_SEGMENTS = 20, 1024, 3
PURPOSES: Final = (UseCase.MIXED, UseCase.LOW_VOLUME)
PATTERNS: Final = {"embedded_link": texts.LINK, "embedded_phone": texts.PHONE}
Hits = Iterator[Hit]
Check = Callable[[CampaignCase], Hits]


def _few(case: CampaignCase) -> Hits:
    least, found = case.demands.min_samples, len(case.samples)
    if case.answered("sample_one") and found < least:
        yield Hit(SAMPLES[min(found, 4)], {"least": least, "found": found})


def _one_only(case: CampaignCase) -> Hits:
    if len(case.samples) == 1 and case.demands.min_samples < 2:
        yield Hit("sample_two")


def _one_a_purpose(case: CampaignCase) -> Hits:
    purposes = min(len(case.values.get("sub_use_cases") or ()), len(SAMPLES))
    if case.use_case in PURPOSES and case.samples and len(case.samples) < purposes:
        yield Hit(values={"purposes": purposes, "found": len(case.samples)})


def _sample_short(case: CampaignCase) -> Hits:
    yield from (Hit(name) for name, text in case.samples.items() if len(text) < SAMPLE_LEAST)


def _sample_long(case: CampaignCase) -> Hits:
    for name, text in case.samples.items():
        if len(text) > SAMPLE_MOST:
            yield Hit(name, {"length": len(text)})


def _alike(case: CampaignCase) -> Hits:
    seen: set[str] = set()
    for name, text in case.samples.items():
        plain = " ".join(text.casefold().split())
        if plain in seen:
            yield Hit(name)
        seen.add(plain)


def _brand_missing(case: CampaignCase) -> Hits:
    names = [name for name in case.brand_names if name]
    if case.samples and names and not texts.names_one_of(" ".join(case.samples.values()), names):
        yield Hit(values={"brand": names[0]})


def _opt_out_missing(case: CampaignCase) -> Hits:
    if case.samples and not any(map(texts.OPT_OUT.search, case.samples.values())):
        yield Hit()


def _variables(case: CampaignCase) -> Hits:
    for name, text in case.samples.items():
        if found := texts.VARIABLE.findall(text):
            yield Hit(name, {"found": ", ".join(dict.fromkeys(found))})


def _unicode(case: CampaignCase) -> Hits:
    for name, text in case.samples.items():
        if odd := segments(text).odd:
            yield Hit(name, {"signs": " ".join(odd[:8])})


def _many_segments(case: CampaignCase) -> Hits:
    for name, text in case.samples.items():
        if (count := segments(text).count) > MANY_SEGMENTS:
            yield Hit(name, {"count": count})


# --- Samples against the yes/no answers ----------------------------------------------------------


def _unsaid(name: str) -> Check:
    """A sample shows what was said not to be there."""

    def check(case: CampaignCase) -> Hits:
        if case.values.get(name) is False:
            yield from (Hit(place) for place, text in case.samples.items() if PATTERNS[name].search(text))

    return check


def _unshown(name: str) -> Check:
    """No sample shows what was said to be there."""

    def check(case: CampaignCase) -> Hits:
        if (
            case.values.get(name)
            and case.samples
            and not any(map(PATTERNS[name].search, case.samples.values()))
        ):
            yield Hit()

    return check


def _banned(name: str) -> Check:
    """A sample shows what a carrier forbids."""

    def check(case: CampaignCase) -> Hits:
        carriers = case.demands.banning.get(name, ())
        for place, text in case.samples.items() if carriers else ():
            if PATTERNS[name].search(text):
                yield Hit(place, {"carriers": ", ".join(carriers)})

    return check


B, W, H = Severity.BLOCK, Severity.WARN, Severity.HINT
RULES: Final[tuple[Rule[CampaignCase], ...]] = (
    Rule(
        "samples_few",
        SAMPLES,
        B,
        _("The carriers ask for at least %(least)d sample messages; there are %(found)d."),
        _("Write another one, or check the use case again if that has changed."),
        sources.ANSWER,
        _few,
    ),
    Rule(
        "samples_one",
        ("sample_two",),
        H,
        _("Reviewers like to see two samples at least."),
        _("Add another kind of message."),
        sources.TWILIO,
        _one_only,
    ),
    Rule(
        "samples_purposes",
        ("sample_one",),
        H,
        _("There are %(purposes)d purposes and %(found)d samples."),
        _("Write one for each purpose."),
        sources.TWILIO,
        _one_a_purpose,
    ),
    Rule(
        "sample_short",
        SAMPLES,
        W,
        _("This sample is shorter than 20 characters."),
        _("Write it as people will get it."),
        sources.TWILIO,
        _sample_short,
    ),
    Rule(
        "sample_long",
        SAMPLES,
        W,
        _("This sample has %(length)d characters; 1,024 are named."),
        _("Shorten it."),
        sources.OLD_DEFINITION,
        _sample_long,
    ),
    Rule(
        "samples_alike",
        SAMPLES,
        H,
        _("This sample is the same as another one."),
        _("Show another kind of message."),
        sources.TWILIO,
        _alike,
    ),
    Rule(
        "brand_missing",
        ("sample_one",),
        W,
        _("No sample names the brand (%(brand)s)."),
        _("Put the name into one at least, best into all."),
        sources.TWILIO,
        _brand_missing,
    ),
    Rule(
        "opt_out_missing",
        ("sample_one",),
        W,
        _("No sample says how to opt out."),
        _("Add “Reply STOP to opt out” to one at least."),
        sources.TELNYX,
        _opt_out_missing,
    ),
    Rule(
        "variables",
        SAMPLES,
        H,
        _("Placeholders that reviewers may not understand: %(found)s."),
        _("Write them in [brackets], such as [name]."),
        sources.TWILIO,
        _variables,
    ),
    Rule(
        "unicode",
        SAMPLES,
        H,
        _("These signs make each SMS 70 characters long instead of 160: %(signs)s"),
        _("Replace them to save segments."),
        sources.ALPHABET,
        _unicode,
    ),
    Rule(
        "many_segments",
        SAMPLES,
        H,
        _("This sample is sent as %(count)d SMS, and each counts."),
        _("Shorten it to save money and throughput."),
        sources.ALPHABET,
        _many_segments,
    ),
    Rule(
        "link_banned",
        SAMPLES,
        B,
        _("This sample shows a link, which %(carriers)s forbids for this use case."),
        _("Take the link out."),
        sources.ANSWER,
        _banned("embedded_link"),
    ),
    Rule(
        "phone_banned",
        SAMPLES,
        B,
        _("This sample shows a telephone number, which %(carriers)s forbids for this use case."),
        _("Take the number out."),
        sources.ANSWER,
        _banned("embedded_phone"),
    ),
    Rule(
        "link_unsaid",
        SAMPLES,
        W,
        _("This sample shows a link, but you said that messages contain none."),
        _("Take it out, or answer yes to links."),
        sources.BANDWIDTH,
        _unsaid("embedded_link"),
    ),
    Rule(
        "link_unshown",
        ("sample_one",),
        W,
        _("You said that messages contain a link, but no sample shows one."),
        _("Show it in a sample, or answer no to links."),
        sources.BANDWIDTH,
        _unshown("embedded_link"),
    ),
    Rule(
        "phone_unsaid",
        SAMPLES,
        W,
        _("This sample shows a telephone number, but you said that messages contain none."),
        _("Take it out, or answer yes to telephone numbers."),
        sources.TWILIO,
        _unsaid("embedded_phone"),
    ),
    Rule(
        "phone_unshown",
        ("sample_one",),
        W,
        _("You said that messages contain a telephone number, but no sample shows one."),
        _("Show it in a sample, or answer no to telephone numbers."),
        sources.TWILIO,
        _unshown("embedded_phone"),
    ),
)
