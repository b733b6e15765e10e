"""Rules about the message flow, the answer to HELP, and what may stand in no text at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from tendlc.message_flow import missing
from tendlc.rules import sources, texts
from tendlc.rules.case import SAMPLES, CampaignCase
from tendlc.rules.rule import Hit, Rule, Severity

# Not in the document: an older definition of the API names the most, newer copies allow more.
FLOW_LEAST, FLOW_MOST, HELP_LEAST, HELP_MOST = 40, 2048, 20, 255
FLOW_PARTS: Final[dict[str, Any]] = {
    "opt_in": _("how people sign up"),
    "program": _("the brand or program name"),
    "message_types": _("what they get"),
    "frequency": _("how often"),
    "rates": _("message and data rates"),
    "help": _("HELP"),
    "stop": _("STOP"),
    "privacy_url": _("the privacy policy"),
    "terms_url": _("the terms"),
}
Hits = Iterator[Hit]


# --- Everything people read ----------------------------------------------------------------------


def _shortener(case: CampaignCase) -> Hits:
    for name, text in case.prose("message_flow", "help_message").items():
        if found := texts.SHORTENER.findall(text):
            yield Hit(name, {"found": texts.shown(found)})


def _insecure_link(case: CampaignCase) -> Hits:
    for name, text in case.prose("message_flow", "help_message").items():
        if found := texts.PLAIN_HTTP.findall(text):
            yield Hit(name, {"found": texts.shown(found)})


def _forbidden(case: CampaignCase) -> Hits:
    for name, text in case.prose("description", "message_flow", "help_message").items():
        if found := texts.FORBIDDEN.findall(text):
            yield Hit(name, {"words": texts.shown(found)})


# --- Message flow and the answer to HELP ---------------------------------------------------------


def _flow_short(case: CampaignCase) -> Hits:
    if case.answered("message_flow") and len(case.text("message_flow")) < FLOW_LEAST:
        yield Hit()


def _flow_long(case: CampaignCase) -> Hits:
    if (length := len(case.text("message_flow"))) > FLOW_MOST:
        yield Hit(values={"length": length})


def _flow_gaps(case: CampaignCase) -> Hits:
    """What neither an answer nor the text itself says; a text that is too short is said to be so."""
    text = case.text("message_flow")
    gaps = [name for name in missing(case.flow) if not _says(case, text, name)]
    if len(text) >= FLOW_LEAST and gaps:
        yield Hit(values={"gaps": ", ".join(str(FLOW_PARTS[gap]) for gap in gaps)})


def _says(case: CampaignCase, text: str, part: str) -> bool:
    if part == "program":
        return texts.names_one_of(text, case.brand_names)
    if part == "message_types":
        return case.flow.is_empty  # then nobody answered, and no pattern can tell
    return bool(texts.DISCLOSED[part].search(text))


def _flow_proof(case: CampaignCase) -> Hits:
    if any(not opt_in.link for opt_in in case.flow.opt_ins):
        yield Hit()


def _help_short(case: CampaignCase) -> Hits:
    if case.answered("help_message") and len(case.text("help_message")) < HELP_LEAST:
        yield Hit()


def _help_long(case: CampaignCase) -> Hits:
    if (length := len(case.text("help_message"))) > HELP_MOST:
        yield Hit(values={"length": length})


def _help_brand(case: CampaignCase) -> Hits:
    text, names = case.text("help_message"), [name for name in case.brand_names if name]
    if len(text) >= HELP_LEAST and names and not texts.names_one_of(text, names):
        yield Hit(values={"brand": names[0]})


def _help_contact(case: CampaignCase) -> Hits:
    text = case.text("help_message")
    ways = (texts.PHONE, texts.MAIL, texts.LINK)
    if len(text) >= HELP_LEAST and not any(way.search(text) for way in ways):
        yield Hit()


W, H = Severity.WARN, Severity.HINT
RULES: Final[tuple[Rule[CampaignCase], ...]] = (
    Rule(
        "flow_short",
        ("message_flow",),
        W,
        _("The message flow is missing or shorter than 40 characters."),
        _("Answer the questions above, or describe every way in which people sign up."),
        sources.VONAGE,
        _flow_short,
    ),
    Rule(
        "flow_gaps",
        ("message_flow",),
        W,
        _("The message flow leaves out: %(gaps)s."),
        _("Reviewers look for each; what is filed has to be what people see."),
        sources.VONAGE,
        _flow_gaps,
    ),
    Rule(
        "flow_long",
        ("message_flow",),
        W,
        _("The message flow has %(length)d characters; 2,048 are named."),
        _("Shorten it."),
        sources.OLD_DEFINITION,
        _flow_long,
    ),
    Rule(
        "flow_proof",
        ("message_flow",),
        H,
        _("A way to sign up has no link to it, nor to a picture of it."),
        _("Reviewers want to see each; give a public address."),
        sources.VONAGE,
        _flow_proof,
    ),
    Rule(
        "help_short",
        ("help_message",),
        W,
        _("The answer to HELP is missing or shorter than 20 characters."),
        _("Name the brand and how to reach it."),
        sources.TWILIO,
        _help_short,
    ),
    Rule(
        "help_long",
        ("help_message",),
        W,
        _("The answer to HELP has %(length)d characters; 255 are named."),
        _("Shorten it."),
        sources.OLD_DEFINITION,
        _help_long,
    ),
    Rule(
        "help_brand",
        ("help_message",),
        W,
        _("The answer to HELP does not name the brand (%(brand)s)."),
        _("Begin with its name."),
        sources.TWILIO,
        _help_brand,
    ),
    Rule(
        "help_contact",
        ("help_message",),
        W,
        _("The answer to HELP names no way to reach the brand."),
        _("Add a telephone number, an e-mail address or a web address."),
        sources.TWILIO,
        _help_contact,
    ),
    Rule(
        "shortener",
        (*SAMPLES, "message_flow", "help_message"),
        W,
        _("Public link shorteners are refused: %(found)s."),
        _("Use your own domain."),
        sources.VONAGE,
        _shortener,
    ),
    Rule(
        "insecure_link",
        (*SAMPLES, "message_flow", "help_message"),
        W,
        _("A link begins with http: %(found)s."),
        _("Use an address with https."),
        sources.TWILIO,
        _insecure_link,
    ),
    Rule(
        "forbidden_content",
        ("description", "message_flow", "help_message", *SAMPLES),
        W,
        _("Carriers forbid most content of this kind: %(words)s."),
        _(
            "Change the text if it is not about that; otherwise the campaign will probably be rejected for good."
        ),
        sources.VONAGE,
        _forbidden,
    ),
)
