"""What an address of a public page looks like; plain text in, no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import idna
from django.utils.translation import gettext as _

MAX_URL: Final = 600
PORTS: Final = {"http": 80, "https": 443}
# Names that exist inside networks only. What nobody has registered is found out by asking.
INSIDE: Final = frozenset(
    {
        "localhost",
        "localdomain",
        "local",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "private",
        "arpa",
        "onion",
    }
)
LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# The last label of a number in any writing that some library reads as an IPv4 address.
NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")
# Spaces, control characters, and what different parsers take for different things.
STRANGE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\\<>\"`{}|^\u200b-\u200f\u2028-\u202f\ufeff]")


class BadUrl(ValueError):
    """Not an address of a public page; the text says why, for the person who typed it."""


@dataclass(frozen=True)
class UrlProblems:
    """What is wrong with an address: errors keep it from being accepted, warnings do not."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """One address taken apart, ready to be asked: `host` in ASCII, `path` with its query and encoded."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        """The Host header: the port only where it is not the scheme's own."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"


def url_problems(url: str) -> UrlProblems:
    """Check the address of a policy or of terms as it was typed, for a form."""
    try:
        target = read_url(url)
    except BadUrl as problem:
        return UrlProblems(errors=(str(problem),))
    if target.scheme == "http":
        warning = _(
            "The address begins with http://. Reviewers expect https://, which nobody can alter on the way."
        )
        return UrlProblems(warnings=(warning,))
    return UrlProblems()


def read_url(url: str) -> Target:
    """Take an address apart. Raises BadUrl for one that is not of a public website."""
    url = url.strip()
    if len(url) > MAX_URL:
        raise BadUrl(_("The address is longer than %(limit)d characters.") % {"limit": MAX_URL})
    if not url.lower().startswith(("https://", "http://")):
        raise BadUrl(_("Enter the whole address, beginning with https://."))
    if STRANGE.search(url):
        raise BadUrl(_("There is a space or another character in it that an address cannot hold."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadUrl(_("This address cannot be read. Copy it from the browser again.")) from None
    if "@" in parts.netloc:
        raise BadUrl(_("The address holds a user name or password. Enter one that everybody can open."))
    if port not in (None, *PORTS.values()) or parts.netloc.endswith(":"):
        raise BadUrl(_("Leave the port out: public pages are at the usual ones, 443 and 80."))
    if "[" in parts.netloc:
        raise BadUrl(_("Enter the name of the website instead of an IP address."))
    path = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*[].-_")
    query = quote(parts.query, safe="/%:=&~+!$,;'@()*[].-_?")
    host = _host(parts.hostname or "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], f"{path}?{query}" if query else path)


def _host(name: str) -> str:
    """The name of a website in ASCII; numbers are refused in every writing."""
    try:
        host = idna.encode(name.removesuffix("."), uts46=True).decode() if not name.isascii() else name
    except (idna.IDNAError, UnicodeError):
        raise BadUrl(_("The name of the website cannot be read.")) from None
    labels = host.lower().removesuffix(".").split(".")
    if NUMBER.fullmatch(labels[-1]):
        raise BadUrl(_("Enter the name of the website instead of an IP address."))
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise BadUrl(_("The name of the website cannot be read."))
    if len(labels) < 2 or labels[-1] in INSIDE:
        raise BadUrl(_("This name exists in a private network only. Enter one that everybody can open."))
    return ".".join(labels)
