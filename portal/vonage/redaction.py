"""Keeping secrets and personal data out of logs, whatever part of the program wrote the line."""

from __future__ import annotations

import logging
import re
from typing import Final

MASK: Final = "***"

_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(?i)\b(basic|bearer)\s+[a-z0-9+/=._~-]{6,}"), rf"\1 {MASK}"),
    (re.compile(r"(?i)\b(rediss?|https?|postgres(?:ql)?|smtps?)://[^\s/@]*@"), rf"\1://{MASK}@"),
    (
        re.compile(
            r"(?i)([\"']?\b(?:api_?secret|api_?key|secret|password|token|vetting_token|authorization)\b[\"']?"
            r"\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&}]+)"
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), MASK),
    (re.compile(r"\b\d{2}-\d{7}\b"), MASK),  # a US tax number
    (re.compile(r"(?<![\w.:-])\+?\d{10,15}(?![\w:-])"), MASK),  # a telephone number
)
_UNSAFE: Final = re.compile(r"[^\w.:/+-]")


def redact(text: str) -> str:
    """The text with credentials, e-mail addresses, telephone and tax numbers masked."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def token(value: object, limit: int = 100) -> str:
    """A foreign identifier made safe for a log line: one short word, no line breaks."""
    return _UNSAFE.sub("", value)[:limit] if isinstance(value, str) else ""


class RedactingFilter(logging.Filter):
    """For a logging handler: masks the finished line, so that arguments are covered too."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True
