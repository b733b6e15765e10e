"""`python -m tests.e2e.accepted`: an accepted profile of the demo's account, with a second key that is in use."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from portal.accounts.models import ApiKey  # noqa: E402
from registry.models import KeyAssignment  # noqa: E402
from tests.builders import make_api_key  # noqa: E402
from tests.registry.network_builders import accepted_profile, in_playground  # noqa: E402


def main() -> None:
    owner = ApiKey.objects.get(key="demo0001")
    account, by = owner.account, owner.account.memberships.all()[0].user
    profile = accepted_profile(account, owner, by=by, name="Sign-in without a password")
    second = make_api_key(
        account, "demo0002", label="Shop", host=owner.host, is_primary=False, primary_key=owner.key
    )
    KeyAssignment.objects.create(
        account=account, client=profile.client, profile=profile, api_key=second, by=by
    )
    in_playground(account, second, name="Shop test bench")


if __name__ == "__main__":
    main()
