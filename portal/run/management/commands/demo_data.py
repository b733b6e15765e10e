"""`manage.py demo_data`: the people, account and key of a demo, and something to look at. Safe to run again."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts.enums import Role
from portal.accounts.models import Account, ApiKey, Client, Membership, User
from portal.outbox.actions import ask
from portal.run.demo_people import COMPLIANCE, STAFF, DemoPerson
from registry.operations.names import SYNC_APPLICATIONS
from tendlc.operations import OWNED, SYNC_KEY

KEY, SECRET = "demo0001", "demo-secret-0001"
ACCOUNT, CLIENT = "Harbour Messaging", "Blue Door Bakery"
ADDRESS = {
    "phone": "12025550143",
    "street": "23 Main Street",
    "city": "Holmdel",
    "state": "NJ",
    "postal_code": "07733",
    "country": "US",
    "email": "hello@harbour.example",
    "website": "https://harbour.example",
    "entity_type": "PRIVATE_PROFIT",
}
# Registered before the portal came, as most customers' brands are.
SEEDS: list[dict[str, Any]] = [
    {
        "fields": {
            **ADDRESS,
            "display_name": "Harbour",
            "company_name": "Harbour Messaging Inc",
            "ein": "20-1234567",
        },
        "status": "VERIFIED",
        "vettings": [{"evp_id": "AEGIS", "vetting_class": "STANDARD", "status": "ACTIVE", "score": 78}],
        "campaigns": [
            {
                "fields": {
                    "usecase": "ACCOUNT_NOTIFICATION",
                    "vertical": "TECHNOLOGY",
                    "label": "Account news",
                    "description": "Account and billing news for customers of Harbour who asked for it at sign-up.",
                    "sample_one": "Harbour: your statement for [month] is ready. Reply STOP to opt out.",
                    "message_flow": "Customers tick an unticked box when they sign up at https://harbour.example "
                    "and are told: up to 2 messages a month, message and data rates may apply, HELP, STOP.",
                    "help_message": "Harbour: call 202-555-0143 or write to hello@harbour.example.",
                    "subscriber_opt_in": True,
                    "subscriber_opt_out": True,
                    "subscriber_help": True,
                    "auto_renewal": True,
                },
                "status": "ACTIVE",
                "carrier_status": "APPROVED",
                "numbers": ["12025550111", "12025550112"],
            }
        ],
    },
    {
        "fields": {
            **ADDRESS,
            "display_name": "Night Owl",
            "company_name": "Night Owl Unverified LLC",
            "ein": "31-7654321",
        },
        "status": "UNVERIFIED",
    },
]

# Made in Vonage's dashboard, with capabilities of other products.
APPLICATIONS: list[dict[str, Any]] = [
    {"name": "Harbour hotline", "capabilities": {"voice": {"region": "eu-west"}}},
    {"name": "Harbour chat", "capabilities": {"messages": {"version": "v1"}, "rtc": {}}},
]
SUBACCOUNTS = [
    {"api_key": "demosub1", "name": "Harbour shop"},
    {"api_key": "demosub2", "name": "Harbour events"},
]


class Command(BaseCommand):
    help = "Make the demo's people, account, API key and a few brands at the simulator."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_data is for PORTAL_MODE=demo only.")
        with transaction.atomic():
            account = self._people()
        if settings.SIMULATOR_URL and not ApiKey.objects.filter(key=KEY).exists():
            self._key(account)

    def _people(self) -> Account:
        casey = _person(COMPLIANCE, "Casey Kim")
        _person(STAFF, "Sam Ortiz", is_staff=True, is_superuser=True)
        membership = Membership.objects.filter(user=casey).order_by("pk").first()
        if membership:
            return membership.account
        account = Account.objects.create(name=ACCOUNT)
        Client.objects.create(account=account, name=ACCOUNT, is_self=True)
        Client.objects.create(account=account, name=CLIENT)
        Membership.objects.create(account=account, user=casey, role=Role.ADMIN)
        return account

    def _key(self, account: Account) -> None:
        """A key for the simulator alone: where the real API is called, no made-up key is ever sent."""
        api_key = ApiKey.objects.create(
            account=account,
            key=KEY,
            secret=SECRET,
            label="Main",
            reseller_id="R000000",
            host=settings.VONAGE_API_URL,
        )
        if self._seed():
            for read in (SYNC_KEY, OWNED, SYNC_APPLICATIONS):
                ask(read, api_key, actor=None, api_key=api_key)

    def _seed(self) -> bool:
        """Make brands and applications "elsewhere", behind the simulator's stage."""
        try:
            for seed in SEEDS:
                _plant("brands", seed)
            for fields in APPLICATIONS:
                _plant("applications", {"fields": fields})
            _plant("subaccounts", {"subaccounts": SUBACCOUNTS})
        except (urllib.error.URLError, OSError) as error:
            self.stderr.write(f"The simulator was not filled: {error}")
            return False
        return True


def _plant(what: str, seed: dict[str, Any]) -> None:
    body = json.dumps({"key": KEY, **seed}).encode()
    request = urllib.request.Request(
        f"{settings.SIMULATOR_URL}/_simulator/{what}", body, {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=5).close()


def _person(person: DemoPerson, name: str, **fields: Any) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, person.password, name=name, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
