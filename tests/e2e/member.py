"""Add a person to the demo's account, from a process of its own: `python -m tests.e2e.member <email> <role>`."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from portal.accounts.models import Account  # noqa: E402
from portal.run.demo_people import COMPLIANCE  # noqa: E402
from tests.builders import make_membership, make_user  # noqa: E402

if __name__ == "__main__":
    email, role = sys.argv[1:]
    account = Account.objects.get(memberships__user__email=COMPLIANCE.email)
    make_membership(make_user(email, password=COMPLIANCE.password), account, role=role)
