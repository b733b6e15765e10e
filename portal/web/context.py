"""What every page of the shell needs: navigation, account switcher, demo ribbon, ways to support."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

SWITCHER_LIMIT = 8


@dataclass(frozen=True)
class NavItem:
    label: str
    icon: str
    url: str
    active: bool
    counts_unread: bool = False


@dataclass(frozen=True)
class NavGroup:
    """Items under one heading; the heading may be empty."""

    label: str
    items: list[NavItem]


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: where it leads, which pages light it up, who sees it."""

    label: Any
    icon: str
    view: str
    pages: tuple[str, ...] = ()
    capability: str = "view"


# `pages` are beginnings of view names; an entry's own view always counts.
CUSTOMER: list[tuple[Any, list[Place]]] = [
    ("", [Place(_("Home"), "home", "desk:home", ("desk:search",))]),
    (
        _("10DLC"),
        [
            Place(_("Brands"), "building-store", "tendlc:brands", ("tendlc:brand",)),
            Place(_("Vettings"), "certificate", "tendlc:vettings", ("tendlc:vetting",)),
            Place(_("Campaigns"), "speakerphone", "tendlc:campaigns", ("tendlc:campaign", "tendlc:use_case")),
            Place(_("Numbers"), "phone", "tendlc:numbers", ("tendlc:number", "tendlc:owned")),
            Place(_("Deadlines"), "calendar-due", "tendlc:deadlines", ("tendlc:deadline",)),
        ],
    ),
    (
        _("Build & Manage"),
        [
            Place(
                _("Network Registry"),
                "building-broadcast-tower",
                "registry:landing",
                (
                    *("registry:business", "registry:change", "registry:consent", "registry:disclosures"),
                    "registry:application_profile",
                ),
            ),
            Place(_("Applications"), "apps", "applications:list", ("applications:", "registry:playground")),
            Place(_("Why not forwarded?"), "help-hexagon", "registry:why", ("registry:why", "registry:gate")),
        ],
    ),
    (
        _("Activity"),
        [
            Place(_("Operations"), "send", "outbox:operations", ("outbox:",)),
            Place(_("Notices"), "bell", "notices:list"),
            Place(_("Audit"), "history", "desk:audit", capability="see_audit"),
        ],
    ),
    (
        _("Settings"),
        [
            Place(_("Members"), "users", "account:members", ("account:member", "account:invit")),
            Place(_("Clients"), "briefcase", "account:clients", ("account:client",)),
        ],
    ),
    (
        _("API Settings"),
        [
            Place(_("API keys"), "key", "account:keys", ("account:key", "tendlc:import")),
            Place(_("Access tokens"), "lock-access", "account:tokens", ("account:token",), "manage_keys"),
            Place(_("Notifications"), "bell-cog", "notices:settings"),
        ],
    ),
]
PERSONAL: list[tuple[Any, list[Place]]] = [
    ("", [Place(_("Your accounts"), "building", "accounts:start")]),
    (
        _("You"),
        [
            Place(_("Profile"), "user", "accounts:profile"),
            Place(_("E-mail address"), "mail", "account_email", ("account_email",)),
            Place(_("Password"), "lock", "account_change_password", ("account_set_password",)),
            Place(_("Two-step sign-in"), "shield-lock", "mfa_index", ("mfa_",)),
            Place(_("Sessions"), "devices", "usersessions_list"),
        ],
    ),
]
DESK: list[tuple[Any, list[Place]]] = [
    (_("Operators"), [Place(_("Decide on registrations"), "gavel", "operators:index")]),
]
STAFF: list[tuple[Any, list[Place]]] = [
    (
        _("Staff"),
        [
            Place(_("Administration"), "tool", "admin:index"),
            Place(_("Sent e-mail"), "mailbox", "staff:mailbox", ("staff:",)),
        ],
    ),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Everything costly is lazy: a fragment that shows no shell pays for none of it."""
    return {
        "demo": settings.DEMO,
        "support_url": settings.SUPPORT_URL,
        "simulator_url": settings.SIMULATOR_URL,
        "paid_host": _paid_host(),
        "nav": SimpleLazyObject(lambda: list(_groups(request))),
        "your_accounts": SimpleLazyObject(lambda: _accounts(request)),
        "unread_url": SimpleLazyObject(lambda: _of_account(request, "notices:unread")),
        "pauses_url": SimpleLazyObject(lambda: _of_account(request, "outbox:pauses")),
    }


def _paid_host() -> str:
    """The host that is called and charges for it; "" where calls go to the simulator."""
    called = settings.VONAGE_API_URL
    return "" if called == settings.SIMULATOR_URL else urlsplit(called).netloc or called


def safe_reverse(view: str, *args: Any) -> str:
    """The address of a view, or "" where the installation has none of that name."""
    try:
        return reverse(view, args=args)
    except NoReverseMatch:
        return ""


def _groups(request: HttpRequest) -> Iterator[NavGroup]:
    scope = getattr(request, "scope", None)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return
    table = PERSONAL if scope is None else CUSTOMER
    arguments = () if scope is None else (scope.account.pk,)
    here = request.resolver_match.view_name if request.resolver_match else ""
    for label, places in table:
        items = [
            _item(place, arguments, here)
            for place in places
            if scope is None or place.capability in scope.capabilities
        ]
        yield from _group(label, items)
    if scope is None:
        for label, places in _beyond_accounts(user):
            yield from _group(label, [_item(place, (), here) for place in places])


def _beyond_accounts(user: Any) -> list[tuple[Any, list[Place]]]:
    """The sites of people who work for an operator or agent, or for the portal itself."""
    has_desk = user.is_superuser or user.assignments.filter(is_active=True).exists()
    return [*(DESK if has_desk else []), *(STAFF if user.is_staff else [])]


def _group(label: Any, items: list[NavItem]) -> Iterator[NavGroup]:
    reachable = [item for item in items if item.url]
    if reachable:
        yield NavGroup(str(label), reachable)


def _item(place: Place, arguments: tuple[int, ...], here: str) -> NavItem:
    return NavItem(
        label=str(place.label),
        icon=place.icon,
        url=safe_reverse(place.view, *arguments),
        active=here == place.view or here.startswith(place.pages or ("\0",)),
        counts_unread=place.view == "notices:list",
    )


def _accounts(request: HttpRequest) -> list[dict[str, Any]]:
    """The accounts a person may enter, the first few by name, each with the address of its home page."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    memberships = user.memberships.filter(is_active=True, account__is_active=True)
    rows = memberships.order_by("account__name").values_list("account_id", "account__name")[:SWITCHER_LIMIT]
    return [{"pk": pk, "name": name, "url": safe_reverse("desk:home", pk)} for pk, name in rows]


def _of_account(request: HttpRequest, view: str) -> str:
    """The address of a view of the account at hand; "" where there is none."""
    scope = getattr(request, "scope", None)
    return safe_reverse(view, scope.account.pk) if scope is not None else ""
