"""One of two people in a race, in a process of its own: one JSON line is answered for each that it reads.

`{"do": "stage"}` makes a profile with an assigned key; `connect`, `unassign` and `delete` try to change what hangs on
them; with `"hold"` they wait for another line before they commit.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.db import transaction  # noqa: E402

from portal.accounts.models import ApiKey, Membership  # noqa: E402
from portal.accounts.scope import scope_of  # noqa: E402
from registry.actions.application_profiles import StillLinked, delete_application_profile  # noqa: E402
from registry.actions.keys import KeyInUse, assign_keys  # noqa: E402
from registry.actions.network_applications import CannotConnect, Wanted, create_application  # noqa: E402
from registry.models import ApplicationProfile, ApplicationStanding, KeyAssignment, NetworkApplication  # noqa: E402
from tests.builders import make_api_key, make_membership  # noqa: E402
from tests.registry.network_builders import accepted_profile, make_public_key  # noqa: E402

Order = dict[str, Any]


def stage(_: Order) -> Order:
    membership = make_membership()
    owner = make_api_key(membership.account, f"race{membership.pk}-owner")
    other = make_api_key(
        membership.account, f"race{membership.pk}-other", is_primary=False, primary_key=owner.key
    )
    profile = accepted_profile(membership.account, owner, by=membership.user, known_as=f"net-{membership.pk}")
    scope = scope_of(membership)
    assign_keys(scope, profile, [other.pk], actor=membership.user)
    return {"membership": membership.pk, "profile": profile.pk, "key": other.pk}


def connect(order: Order) -> str:
    scope = scope_of(Membership.objects.get(pk=order["membership"]))
    wanted = Wanted("Login", make_public_key(), access="production", application_profile=order["profile"])
    key, client = ApiKey.objects.get(pk=order["key"]), scope.clients()[0]
    try:
        create_application(scope, wanted, api_key=key, client=client, actor=scope.user)
    except CannotConnect:
        return "refused"
    return "done"


def unassign(order: Order) -> str:
    scope = scope_of(Membership.objects.get(pk=order["membership"]))
    profile = ApplicationProfile.objects.get(pk=order["profile"])
    try:
        assign_keys(scope, profile, [], actor=scope.user)
    except KeyInUse:
        return "refused"
    return "done"


def delete(order: Order) -> str:
    scope = scope_of(Membership.objects.get(pk=order["membership"]))
    profile = ApplicationProfile.objects.get(pk=order["profile"])
    try:
        delete_application_profile(scope, profile, confirmed=True, actor=scope.user)
    except StillLinked:
        return "refused"
    return "done"


def standing(order: Order) -> Order:
    return {
        "assigned": KeyAssignment.objects.filter(profile=order["profile"], api_key=order["key"]).exists(),
        "deleted": ApplicationStanding.objects.filter(profile=order["profile"])
        .exclude(deleted_at=None)
        .exists(),
        "used": NetworkApplication.objects.filter(api_key=order["key"]).count(),
    }


ORDERS: dict[str, Callable[[Order], object]] = {
    "stage": stage,
    "connect": connect,
    "unassign": unassign,
    "delete": delete,
    "standing": standing,
}


def say(answer: object) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        with transaction.atomic():
            answer = ORDERS[order["do"]](order)
            if order.get("hold"):
                say("held")
                sys.stdin.readline()
        say(answer)


if __name__ == "__main__":
    main()
