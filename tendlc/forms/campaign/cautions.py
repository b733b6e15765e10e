"""What often gets a campaign refused, found before it costs anything. A person confirms each; none blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tendlc import message_flow
from tendlc.enums import UseCase
from tendlc.forms.campaign.steps import (
    DESCRIPTION_LEAST,
    FLOW_LEAST,
    FLOW_LIMIT,
    HELP_LEAST,
    HELP_LIMIT,
    SAMPLES,
)
from tendlc.forms.campaign.terms import Terms
from tendlc.forms.campaign.texts import FLAGS
from tendlc.forms.fields import Caution

SHORTENERS: Final = (
    *("bit.ly", "bitly.com", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rb.gy"),
    *("cutt.ly", "shorturl.at", "t.ly", "tiny.cc", "rebrand.ly", "bl.ink", "s.id", "v.gd"),
)
_LINK: Final = re.compile(
    r"https?://|www\.|(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|co|us|info|biz|app|ly|me|gov|edu|example)\b(?!@)",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?[2-9]\d{2}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")
_SHORTENER: Final = re.compile(
    r"(?<![\w.-])(" + "|".join(map(re.escape, SHORTENERS)) + r")(?=[/\s?#]|$)", re.IGNORECASE
)
_OPT_OUT: Final = re.compile(r"\b(stop|unsubscribe|opt[\s-]?out|cancel|quit|end)\b", re.IGNORECASE)
SUB_BOUNDS: Final = {UseCase.MIXED.value: (2, 5), UseCase.LOW_VOLUME.value: (1, 5)}

BY_VONAGE: Final = gettext_lazy("Vonage's campaign requirements")
BY_CHECK: Final = gettext_lazy("the carriers' answer to the use case check")
BY_OTHERS: Final = gettext_lazy("refusals seen at other providers for the same registry")
BY_DEFINITION: Final = gettext_lazy("an older definition of Vonage's API; newer copies allow more")
FLOW_PARTS: Final[Mapping[str, Any]] = {
    "opt_in": gettext_lazy("how people sign up"),
    "program": gettext_lazy("the brand or program name"),
    "message_types": gettext_lazy("what they get"),
    "frequency": gettext_lazy("how often"),
    "rates": gettext_lazy("message and data rates"),
    "help": gettext_lazy("HELP"),
    "stop": gettext_lazy("STOP"),
    "privacy_url": gettext_lazy("the privacy policy"),
    "terms_url": gettext_lazy("the terms"),
}


def cautions(values: Mapping[str, Any], terms: Terms, brand_names: tuple[str, ...]) -> list[Caution]:
    """Everything doubtful about the values of a campaign, in the order of the wizard."""
    samples = [text for name in SAMPLES if (text := str(values.get(name) or "").strip())]
    return [
        *_about_terms(values, terms),
        *_about_description(values),
        *_about_flags(values, terms),
        *_about_flow(values),
        *_about_samples(values, samples, terms, brand_names),
        *_about_links(values, samples),
    ]


def _about_terms(values: Mapping[str, Any], terms: Terms) -> Iterator[Caution]:
    if terms.row is None:
        text = _("Nobody has asked Vonage about this use case yet. It is asked before the campaign is sent.")
        yield Caution("unchecked", "use_case", text, BY_VONAGE)
    elif terms.denied:
        text = _("The last answer was no: this brand may not run this use case. It will probably be refused.")
        yield Caution("denied", "use_case", text, BY_CHECK)
    low, high = SUB_BOUNDS.get(terms.use_case, (0, 0))
    if high and not low <= len(values.get("sub_use_cases") or ()) <= high:
        text = _("This use case names %(low)d to %(high)d purposes.") % {"low": low, "high": high}
        yield Caution("sub_use_cases", "about", text, BY_OTHERS)


def _about_description(values: Mapping[str, Any]) -> Iterator[Caution]:
    if len(str(values.get("description") or "")) < DESCRIPTION_LEAST:
        text = _("The description is shorter than 40 characters.")
        yield Caution("description_short", "about", text, BY_VONAGE)


def _about_flags(values: Mapping[str, Any], terms: Terms) -> Iterator[Caution]:
    for wanted, demands in ((True, terms.requiring), (False, terms.banning)):
        for name, carriers in demands.items():
            if carriers and bool(values.get(name)) is not wanted:
                question = str(FLAGS[name][0])
                answer = _("yes") if wanted else _("no")
                text = _("“%(question)s” has to be %(answer)s for %(carriers)s.") % {
                    "question": question,
                    "answer": answer,
                    "carriers": ", ".join(carriers),
                }
                yield Caution(f"carriers_{name}", "flags", text, BY_CHECK)
    if values.get("affiliate_marketing"):
        text = _("Affiliate marketing is refused nearly always.")
        yield Caution("affiliate", "flags", text, BY_OTHERS)


def _about_flow(values: Mapping[str, Any]) -> Iterator[Caution]:
    flow, help_message = str(values.get("message_flow") or ""), str(values.get("help_message") or "")
    gaps = message_flow.missing(message_flow.read_flow(values.get("flow") or {}))
    if len(flow) < FLOW_LEAST:
        text = _("The message flow is missing or shorter than 40 characters.")
        yield Caution("flow_short", "consent", text, BY_VONAGE)
    elif gaps:
        text = _("The answers about signing up leave out: %s.") % ", ".join(
            str(FLOW_PARTS[gap]) for gap in gaps
        )
        yield Caution("flow_gaps", "consent", text, BY_VONAGE)
    if len(flow) > FLOW_LIMIT:
        text = _("The message flow is longer than 2,048 characters.")
        yield Caution("flow_long", "consent", text, BY_DEFINITION)
    if len(help_message) > HELP_LIMIT:
        text = _("The answer to HELP is longer than 255 characters.")
        yield Caution("help_long", "consent", text, BY_DEFINITION)
    if len(help_message) < HELP_LEAST:
        text = _("The answer to HELP is missing or shorter than 20 characters.")
        yield Caution("help_short", "consent", text, BY_OTHERS)


def _about_samples(
    values: Mapping[str, Any], samples: list[str], terms: Terms, brand_names: tuple[str, ...]
) -> Iterator[Caution]:
    least = terms.min_samples
    if len(samples) < least:
        text = ngettext(
            "The carriers ask for %(least)d sample; there are %(found)d.",
            "The carriers ask for %(least)d samples; there are %(found)d.",
            least,
        ) % {"least": least, "found": len(samples)}
        yield Caution("samples_few", "messages", text, BY_CHECK)
    everything = " ".join(samples).casefold()
    names = [name for name in brand_names if name]
    if names and not any(name.casefold() in everything for name in names):
        text = _("No sample names the brand (%s).") % names[0]
        yield Caution("brand_missing", "messages", text, BY_OTHERS)
    if not any(map(_OPT_OUT.search, samples)):
        text = _("No sample says how to opt out, such as “Reply STOP to opt out”.")
        yield Caution("opt_out_missing", "messages", text, BY_OTHERS)


def _about_links(values: Mapping[str, Any], samples: list[str]) -> Iterator[Caution]:
    texts = {
        ("embedded_link", True): _("You said that messages contain a link, but no sample shows one."),
        ("embedded_link", False): _("A sample shows a link, but you said that messages contain none."),
        ("embedded_phone", True): _(
            "You said that messages contain a telephone number, but no sample shows one."
        ),
        ("embedded_phone", False): _(
            "A sample shows a telephone number, but you said that messages contain none."
        ),
    }
    for name, pattern in (("embedded_link", _LINK), ("embedded_phone", _PHONE)):
        said, shown = bool(values.get(name)), any(map(pattern.search, samples))
        if said is not shown:
            yield Caution(f"{name}_differs", "messages", texts[name, said], BY_OTHERS)
    prose = " ".join([*samples, *(str(values.get(name) or "") for name in ("message_flow", "help_message"))])
    found = sorted({match.casefold() for match in _SHORTENER.findall(prose)})
    if found:
        text = _("Public link shorteners are refused: %s. Use your own domain.") % ", ".join(found)
        yield Caution("shortener", "messages", text, BY_VONAGE)
