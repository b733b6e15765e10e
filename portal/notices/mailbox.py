"""The demo's mail server: a folder with one file per mail, and readers for the staff page."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage as Document
from email.parser import BytesHeaderParser, BytesParser
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from portal.records.codes import make_code

NAME = re.compile(r"(\d{8}T\d{12})-[0-9a-z]{10}\.eml")
STAMP = "%Y%m%dT%H%M%S%f"
LISTED = 200


@dataclass(frozen=True)
class Mail:
    """One kept mail. `text` is its plain part, else its HTML part bare; only `read_mail` fills it."""

    name: str
    subject: str
    sender: str
    to: str
    at: datetime
    message_id: str
    text: str = ""
    html_text: str = ""


class FolderBackend(BaseEmailBackend):
    """Keeps each mail as a file of EMAIL_FILE_PATH; file names sort by time."""

    def __init__(self, fail_silently: bool = False, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently, **kwargs)
        self.folder = Path(file_path) if file_path else folder()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        written = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                self._write(message.message().as_bytes())
            except OSError:
                if not self.fail_silently:
                    raise
            else:
                written += 1
        return written

    def _write(self, content: bytes) -> None:
        """The mail appears whole or not at all. Only the owner may read it: it may hold a sign-in link."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{datetime.now(UTC):{STAMP}}-{make_code().lower()}.eml"
        unfinished = self.folder / f".{name}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(self.folder / name)


def folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def list_mails() -> list[Mail]:
    """The latest 200 mails, newest first, without their texts."""
    if not folder().is_dir():
        return []
    names = sorted((each for each in os.listdir(folder()) if NAME.fullmatch(each)), reverse=True)
    return [_headers(name) for name in names[:LISTED]]


def read_mail(name: str) -> Mail | None:
    """One mail by its file name; None for a name that is none of ours or no longer there."""
    path = folder() / name
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    with path.open("rb") as file:
        document = BytesParser(policy=policy.default).parse(file)
    html = html_as_text(_part(document, "html"))
    return _mail(name, document, text=_part(document, "plain") or html, html_text=html)


def html_as_text(html: str) -> str:
    """The words of an HTML part, without markup, styles and scripts."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    HIDDEN = frozenset({"head", "script", "style", "title"})
    BREAKS = frozenset({"br", "div", "h1", "h2", "h3", "hr", "li", "p", "tr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.HIDDEN:
            self.hidden.append(tag)
        elif tag in self.BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()
        elif tag in self.BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def _headers(name: str) -> Mail:
    with (folder() / name).open("rb") as file:
        return _mail(name, BytesHeaderParser(policy=policy.default).parse(file))


def _mail(name: str, document: Document, *, text: str = "", html_text: str = "") -> Mail:
    stamp = name.partition("-")[0]
    return Mail(
        name=name,
        subject=str(document.get("Subject", "")),
        sender=str(document.get("From", "")),
        to=str(document.get("To", "")),
        at=datetime.strptime(stamp, STAMP).replace(tzinfo=UTC),
        message_id=str(document.get("Message-ID", "")).strip(),
        text=text,
        html_text=html_text,
    )


def _part(document: Document, kind: str) -> str:
    part = document.get_body(preferencelist=(kind,))
    return str(part.get_content()).strip() if part is not None else ""
