"""How subscribers opt in: structured answers, and the text that carriers read, written from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

METHODS: Final[Mapping[str, Any]] = {
    "web_form": _("Web form"),
    "text_keyword": _("Text a keyword"),
    "verbal": _("Spoken, in person or by phone"),
    "paper": _("Paper form"),
    "qr_code": _("QR code"),
    "other": _("Another way"),
}
# Reviewers read English only, so the text is written in English whatever language its author reads.
_OPENINGS: Final[Mapping[str, str]] = {
    "web_form": "Customers opt in on a web form",
    "text_keyword": "Customers opt in by texting a keyword",
    "verbal": "Customers opt in verbally",
    "paper": "Customers opt in on a paper form",
    "qr_code": "Customers opt in by scanning a QR code",
    "other": "Customers opt in as follows",
}
# What the people who sign up must be told, as `flow_says_<name>`, and how the text says it.
DISCLOSURES: Final[Mapping[str, str]] = {
    "rates": "Message and data rates may apply.",
    "help": "Reply HELP for help.",
    "stop": "Reply STOP to opt out at any time.",
}


@dataclass(frozen=True, slots=True)
class OptIn:
    """One way in which people agree to get messages."""

    method: str
    details: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """The answers behind a message flow; `says` names the disclosures people see when they sign up."""

    opt_ins: tuple[OptIn, ...] = ()
    program: str = ""
    message_types: str = ""
    frequency: str = ""
    says: frozenset[str] = frozenset()
    privacy_url: str = ""
    terms_url: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Flow()


def read_flow(values: Mapping[str, Any]) -> Flow:
    """The answers as a form keeps them: `flow_methods`, `flow_<method>_details`, `flow_says_<name>` and so on."""
    chosen = values.get("flow_methods") or []
    methods = [chosen] if isinstance(chosen, str) else chosen
    return Flow(
        opt_ins=tuple(
            OptIn(method, _text(values, f"flow_{method}_details"), _text(values, f"flow_{method}_link"))
            for method in METHODS
            if method in methods
        ),
        program=_text(values, "flow_program"),
        message_types=_text(values, "flow_message_types"),
        frequency=_text(values, "flow_frequency"),
        says=frozenset(
            name for name in DISCLOSURES if values.get(f"flow_says_{name}") not in (None, "", False)
        ),
        privacy_url=_text(values, "flow_privacy_url"),
        terms_url=_text(values, "flow_terms_url"),
    )


def write_text(flow: Flow) -> str:
    """The message flow in sentences, a paragraph each; only what was answered is said."""
    return "\n".join(filter(None, _paragraphs(flow)))


def missing(flow: Flow) -> tuple[str, ...]:
    """Names of what carriers look for and the answers do not say: `opt_in`, `program`, `privacy_url`, …"""
    answers = {
        "opt_in": flow.opt_ins,
        "program": flow.program,
        "message_types": flow.message_types,
        "frequency": flow.frequency,
        **{name: name in flow.says for name in DISCLOSURES},
        "privacy_url": flow.privacy_url,
        "terms_url": flow.terms_url,
    }
    return tuple(name for name, answer in answers.items() if not answer)


def _text(values: Mapping[str, Any], name: str) -> str:
    return " ".join(str(values.get(name) or "").split())


def _paragraphs(flow: Flow) -> Iterator[str]:
    for opt_in in flow.opt_ins:
        yield _opt_in(opt_in)
    if flow.program:
        yield _sentence(f"The program is run by {flow.program}")
    if flow.message_types:
        yield _sentence(f"Subscribers receive {flow.message_types}")
    if flow.frequency:
        yield _sentence(f"Message frequency: {flow.frequency}")
    said = [text for name, text in DISCLOSURES.items() if name in flow.says]
    if said:
        yield "Customers are told when they sign up: " + " ".join(said)
    if flow.privacy_url:
        yield f"Privacy policy: {flow.privacy_url}"
    if flow.terms_url:
        yield f"Terms and conditions: {flow.terms_url}"


def _opt_in(opt_in: OptIn) -> str:
    opening = _OPENINGS[opt_in.method]
    text = _sentence(f"{opening}: {opt_in.details}" if opt_in.details else opening)
    return f"{text} See {opt_in.link}" if opt_in.link else text


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
