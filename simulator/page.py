"""The page at `/`: what the simulator holds, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Response

from simulator import standing
from simulator.clock import stamp
from simulator.faults import Faults
from simulator.records import Campaign
from simulator.store import Store
from simulator.vocabulary import CARRIERS

LAST_ROWS = 50
GOOD = frozenset({"VERIFIED", "VETTED_VERIFIED", "ACTIVE", "APPROVED"})
BAD = frozenset({"UNVERIFIED", "REJECTED", "FAILED", "SUSPENDED", "EXPIRED", "CANCELED"})
STYLE = Markup(
    """
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:76rem;padding:1.5rem}
body{color:#1f2937;background:#f8fafc}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0;color:#4b5563}
.wide{overflow-x:auto;background:#fff;border:1px solid #d1d5db;border-radius:6px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.4rem .7rem;border-top:1px solid #e5e7eb}
thead th{border-top:0;background:#f1f5f9;font-weight:600;white-space:nowrap}
code{font-size:.9em}b{font-weight:600;white-space:nowrap}.good{color:#166534}.bad{color:#b91c1c}.wait{color:#92400e}
@media(prefers-color-scheme:dark){body{background:#111827;color:#e5e7eb}p{color:#9ca3af}
.wide{background:#1f2937;border-color:#374151}th,td{border-color:#374151}thead th{background:#273449}
.good{color:#86efac}.bad{color:#fca5a5}.wait{color:#fcd34d}}
"""
)
PAGE = Markup(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>10DLC simulator</title><style>{style}</style></head><body><main>
<h1>10DLC simulator</h1>
<p>A stand-in for the 10DLC API. Nothing here costs money or reaches an operator.</p>
<p>Its time is {now} UTC, speed {speed:g}; uniqueness {uniqueness}, revet limit {revet}.</p>
{tables}</main></body></html>
"""
)


def overview(store: Store, faults: Faults) -> Response:
    settings = store.settings
    text = PAGE.format(
        style=STYLE,
        now=stamp(store.now()),
        speed=settings.speed,
        uniqueness=_switch(settings.uniqueness),
        revet=_switch(settings.revet_limit),
        tables=Markup("").join(
            [
                _brands(store),
                _vettings(store),
                _campaigns(store),
                _numbers(store),
                _applications(store),
                _faults(faults),
                _ledger(store),
            ]
        ),
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(
        text, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy}
    )


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _status(word: str) -> Markup:
    tone = "good" if word in GOOD else "bad" if word in BAD else "wait"
    return Markup('<b class="{}">{}</b>').format(tone, word)


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Markup:
    """Escapes every cell that is not markup already."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in columns)
    lines = [Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row) for row in rows]
    if not lines:
        return Markup("<h2>{}</h2><p>None.</p>").format(title)
    body = Markup("").join(Markup("<tr>{}</tr>").format(line) for line in lines)
    return Markup(
        '<h2>{}</h2><div class="wide" role="region" aria-label="{}" tabindex="0"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(f"{title} ({len(lines)})", title, head, body)


def _brands(store: Store) -> Markup:
    rows = [
        (
            one.brand_id,
            one.name,
            one.fields.get("ein", ""),
            _status(standing.brand_status(store, one)),
            ", ".join(one.qualified),
            one.key,
            stamp(one.created),
        )
        for one in store.brands.values()
    ]
    return _table("Brands", ("Id", "Company", "EIN", "Status", "Qualified for", "Key", "Created"), rows)


def _vettings(store: Store) -> Markup:
    rows = [
        (
            one.vetting_id,
            one.brand_id,
            f"{one.evp_id} {one.vetting_class}",
            _status(standing.vetting_status(store, one)),
            "" if (score := standing.vetting_score(store, one)) is None else score,
            stamp(one.created),
        )
        for one in store.vettings.values()
    ]
    return _table("Vettings", ("Id", "Brand", "Provider and class", "Status", "Score", "Created"), rows)


def _campaigns(store: Store) -> Markup:
    rows = [
        (
            one.campaign_id,
            one.brand_id,
            one.fields.get("label", ""),
            one.usecase,
            _status(standing.campaign_status(store, one)),
            _carriers(store, one),
            stamp(one.created),
        )
        for one in store.campaigns.values()
    ]
    return _table("Campaigns", ("Id", "Brand", "Label", "Use case", "Status", "Carriers", "Created"), rows)


def _carriers(store: Store, campaign: Campaign) -> Markup:
    return Markup("<br>").join(
        Markup("{} {}").format(CARRIERS[one], _status(standing.carrier_status(store, campaign, one)))
        for one in campaign.carriers
    )


def _numbers(store: Store) -> Markup:
    rows = [
        (
            one.number,
            one.country,
            one.campaign_id,
            _status(standing.number_status(store, one)),
            stamp(one.created),
        )
        for one in store.numbers.values()
    ]
    return _table("Numbers", ("Number", "Country", "Campaign", "Status", "Linked"), rows)


def _applications(store: Store) -> Markup:
    rows = [
        (
            one.application_id,
            one.fields["name"],
            ", ".join(sorted(one.fields["capabilities"])),
            one.fields["capabilities"].get("network_apis", {}).get("network_application_id", ""),
            one.key,
            stamp(one.created),
        )
        for one in store.applications.values()
    ]
    return _table(
        "Applications", ("Id", "Name", "Capabilities", "Network application", "Key", "Created"), rows
    )


def _faults(faults: Faults) -> Markup:
    rows = [
        (
            f"{one['kind']} {one['when']}",
            " ".join(filter(None, (one["method"], one["operation"], one["path_regex"]))) or "every request",
            f"{one['used']} of {one['count']}",
            one["skip"] or "",
        )
        for one in faults.listed()
    ]
    return _table("Faults waiting", ("Fault", "For", "Used", "Skips first"), rows)


def _ledger(store: Store) -> Markup:
    rows = [
        (
            one.seq,
            one.time,
            Markup("<code>{} {}</code>").format(one.method, one.path),
            one.status or "no answer",
            "yes" if one.effect else "no",
            one.fault or "",
            one.key,
        )
        for one in reversed(store.ledger[-LAST_ROWS:])
    ]
    return _table(
        "Last writes received", ("No.", "Time", "Request", "Answer", "Effect", "Fault", "Key"), rows
    )
