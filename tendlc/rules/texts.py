"""Finding things in what people write: links, telephone numbers, words that reviewers look for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

SHORTENERS: Final = (
    *("bit.ly", "bitly.com", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rb.gy"),
    *("cutt.ly", "shorturl.at", "t.ly", "tiny.cc", "rebrand.ly", "bl.ink", "s.id", "v.gd"),
)
LINK: Final = re.compile(
    r"https?://|www\.|(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|co|us|info|biz|app|ly|me|gov|edu|example)\b(?!@)",
    re.IGNORECASE,
)
PHONE: Final = re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?[2-9]\d{2}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")
MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
SHORTENER: Final = re.compile(
    r"(?<![\w.-])(" + "|".join(map(re.escape, SHORTENERS)) + r")(?=[/\s?#]|$)", re.IGNORECASE
)
PLAIN_HTTP: Final = re.compile(r"\bhttp://[^\s/]+", re.IGNORECASE)
OPT_OUT: Final = re.compile(r"\b(stop|unsubscribe|opt[\s-]?out|cancel|quit|end)\b", re.IGNORECASE)
# Placeholders of other tools: reviewers expect [brackets].
VARIABLE: Final = re.compile(r"\{\{?\s*[\w .-]+\s*\}\}?|<[\w .-]+>|%[\w-]+%|\$\{?[A-Za-z_]\w*\}?")
AGE: Final = re.compile(
    r"\b(alcohol\w*|beer|vodka|whisk(?:e)?y|liquor|tobacco|cigar\w*|vap(?:e|es|ing)|firearms?|ammunition|ammo)\b",
    re.IGNORECASE,
)
LENDING: Final = re.compile(
    r"\b(loans?|lend(?:er|ers|ing)|mortgages?|cash advance|installment plan)\b", re.IGNORECASE
)
FORBIDDEN: Final = re.compile(
    r"\b(cannabis|marijuana|cbd|hemp|kratom|casino|gambl\w+|sports betting|payday loans?"
    r"|debt (?:collection|relief|consolidation)|credit repair|crypto\w*|bitcoin"
    r"|lead generation|work from home|get rich|escorts?|porn\w*)\b",
    re.IGNORECASE,
)
# What the text of a message flow has to say, by the name of the answer that says it.
DISCLOSED: Final = {
    "opt_in": re.compile(r"\b(opt(?:s|ed)?[\s-]?in|sign(?:s|ed)? up|subscribes?|consents?|agrees?)\b", re.I),
    "frequency": re.compile(
        r"\b(frequency|per (?:day|week|month)|a (?:day|week|month)|daily|weekly|monthly|varies)\b", re.I
    ),
    "rates": re.compile(r"\brates\b", re.IGNORECASE),
    "help": re.compile(r"\bHELP\b"),
    "stop": re.compile(r"\bSTOP\b"),
    "privacy_url": re.compile(r"\bprivacy\b", re.IGNORECASE),
    "terms_url": re.compile(r"\bterms\b", re.IGNORECASE),
}


def shown(matches: Iterable[str]) -> str:
    """What was found, once each, as a person is told."""
    return ", ".join(sorted({match.casefold() for match in matches}))


def names_one_of(text: str, names: Iterable[str]) -> bool:
    plain = text.casefold()
    return any(name.casefold() in plain for name in names if name)


def is_mostly_latin(text: str) -> bool:
    """Whether a text is written in the letters of English; accents and names may differ."""
    letters = [sign for sign in text if sign.isalpha()]
    foreign = [sign for sign in letters if ord(sign) > 0x24F]
    return len(foreign) * 5 <= len(letters)


def host_of(address: str) -> str:
    """The host of a web address without its `www.`."""
    return (urlsplit(address).hostname or "").removeprefix("www.")
