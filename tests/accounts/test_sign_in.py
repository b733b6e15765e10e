"""The door: rate limits, second factors and the admin site."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account import app_settings as account_settings
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib import admin
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import ApiKey, Invitation, Membership, User
from portal.history.models import AuditEntry
from portal.records.fields import decrypt
from tests.builders import PASSWORD, make_api_key, make_user
from tests.people import People, browser_of

pytestmark = pytest.mark.django_db
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(browser: Browser, user: User, password: str = PASSWORD) -> Any:
    return browser.post(reverse("account_login"), {"login": user.email, "password": password})


def test_sign_in_by_email_leads_to_the_start_page() -> None:
    user = make_user()

    assert sign_in(Browser(), user).url == reverse("accounts:start")
    assert "not correct" in sign_in(Browser(), user, "wrong").content.decode()


def test_sixth_bad_try_is_refused_with_redis_down(settings: Any) -> None:
    """The tests' Redis is a closed port: the limit lives in the database's cache."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
    assert account_settings.RATE_LIMITS["login_failed"] == "5/5m/key"
    user, browser = make_user(), Browser()

    pages = [sign_in(browser, user, "wrong").content.decode() for _ in range(6)]
    right = sign_in(browser, user)

    assert ["Too many failed login attempts" in page for page in pages] == [False] * 5 + [True]
    assert "Too many failed login attempts" in right.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache")
        assert cursor.fetchone()[0] > 0


def test_unverified_address_is_not_let_in() -> None:
    user, browser = make_user(verified=False), Browser()

    sign_in(browser, user)

    assert "_auth_user_id" not in browser.session
    assert mail.outbox[0].subject == "Confirm your e-mail address"


def test_password_reset_of_an_unknown_address_does_not_invite_to_sign_up() -> None:
    Browser().post(reverse("account_reset_password"), {"email": "nobody@example.net"})

    assert mail.outbox[0].subject == "There is no sign-in with this address"
    assert reverse("account_signup") not in str(mail.outbox[0].body)


def test_password_reset_mail_carries_a_link() -> None:
    user = make_user()

    Browser().post(reverse("account_reset_password"), {"email": user.email})

    assert "/me/password/reset/key/" in str(mail.outbox[0].body)


def test_second_factor_secrets_are_encrypted_in_the_database() -> None:
    user = make_user()
    totp.TOTP.activate(user, TOTP_SECRET)
    codes = RecoveryCodes.activate(user)

    stored = {row.type: row.data for row in Authenticator.objects.filter(user=user)}

    assert TOTP_SECRET not in str(stored)
    assert decrypt(stored["totp"]["secret"]) == TOTP_SECRET
    assert decrypt(stored["recovery_codes"]["seed"])
    assert not any(code in str(stored) for code in codes.get_unused_codes())


def test_sign_in_with_second_factor_asks_for_the_code() -> None:
    user, browser = make_user(), Browser()
    totp.TOTP.activate(user, TOTP_SECRET)

    asked = sign_in(browser, user)
    before = "_auth_user_id" in browser.session
    code = totp.format_hotp_value(totp.hotp_value(TOTP_SECRET, int(time.time()) // 30))
    browser.post(reverse("mfa_authenticate"), {"code": code})

    assert asked.url == reverse("mfa_authenticate")
    assert (before, "_auth_user_id" in browser.session) == (False, True)


def test_passkeys_name_the_portal_and_this_host(rf: Any) -> None:
    with context.request_context(rf.get("/", headers={"host": "localhost:8000"})):
        entity = get_adapter().get_public_key_credential_rp_entity()

    assert entity == {"id": "localhost", "name": "Registration portal"}


def test_rotate_encryption_writes_every_secret_with_the_first_key(settings: Any) -> None:
    old = settings.ENCRYPTION_KEYS[0]
    new = "bmV3IGtleSBuZXcga2V5IG5ldyBrZXkgbmV3IGtleSE="
    user, key = make_user(), make_api_key(secret="the-secret")
    totp.TOTP.activate(user, TOTP_SECRET)
    RecoveryCodes.activate(user)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()

    settings.ENCRYPTION_KEYS = [new, old]
    call_command("rotate_encryption", verbosity=0)
    settings.ENCRYPTION_KEYS = [new]

    assert ApiKey.objects.get(pk=key.pk).secret == "the-secret"
    assert decrypt(Authenticator.objects.get(type="totp").data["secret"]) == TOTP_SECRET
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes() == codes


def test_rotate_encryption_says_when_a_key_is_missing(settings: Any) -> None:
    make_api_key()
    settings.ENCRYPTION_KEYS = ["bmV3IGtleSBuZXcga2V5IG5ldyBrZXkgbmV3IGtleSE="]

    with pytest.raises(CommandError, match="ENCRYPTION_KEYS"):
        call_command("rotate_encryption")


def staff(**fields: Any) -> User:
    return make_user(is_staff=True, is_superuser=True, **fields)


def test_admin_site_sends_everyone_through_the_portals_door() -> None:
    answer = Browser().get(reverse("admin:index"), follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "next=%2Fadmin%2F" in answer.redirect_chain[-1][0]


def test_admin_site_refuses_members_who_are_not_staff(people: People) -> None:
    assert browser_of(people.member).get(reverse("admin:index"), follow=True).status_code == 403


def test_admin_site_lets_staff_in_without_second_factor_in_a_demo(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False

    assert browser_of(staff()).get(reverse("admin:index")).status_code == 200


def test_admin_site_asks_staff_for_a_second_factor_in_production(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    user = staff()
    browser = browser_of(user)

    without = browser.get(reverse("admin:index"), follow=True)
    RecoveryCodes.activate(user)
    codes_only = browser.get(reverse("admin:accounts_account_changelist"), follow=True)
    totp.TOTP.activate(user, TOTP_SECRET)
    with_one = browser.get(reverse("admin:index"))

    assert without.redirect_chain[-1][0] == reverse("mfa_index")
    assert "needs a second factor" in without.content.decode()
    assert codes_only.redirect_chain[-1][0] == reverse("mfa_index")
    assert with_one.status_code == 200


def test_admin_site_deletes_nothing_of_ours(settings: Any, rf: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    request = rf.get("/")
    request.user = staff()

    deletable = {
        model._meta.label
        for model, page in admin.site._registry.items()
        if page.has_delete_permission(request) and model._meta.app_label != "auth"
    }

    assert deletable == set()


def test_admin_pages_of_people_open_and_can_be_searched(settings: Any, people: People) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    make_api_key(people.account)
    browser = browser_of(staff())
    apps = ("accounts", "history", "drafts", "mfa", "account", "usersessions")

    models = [model for model in admin.site._registry if model._meta.app_label in apps]
    found = {}
    for model in models:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        found[model._meta.label] = browser.get(path, {"q": "x"}).status_code
        row = model._default_manager.first()
        if row is not None:
            change = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
            assert browser.get(change).status_code == 200
        assert admin.site._registry[model].search_fields

    assert len(models) >= 12
    assert set(found.values()) == {200}


def test_admin_site_makes_an_account_with_its_first_admin(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    boss, support = make_user(), staff()

    browser_of(support).post(
        reverse("admin:accounts_account_add"), {"name": "Fresh", "is_active": "on", "admin_email": boss.email}
    )

    membership = Membership.objects.get(user=boss)
    assert (membership.account.name, membership.role) == ("Fresh", "admin")
    assert membership.account.clients.get().is_self
    assert AuditEntry.objects.get(action="account.created").actor == support


def test_admin_site_invites_an_admin_into_an_account_that_lost_its_own(
    settings: Any, people: People, django_capture_on_commit_callbacks: Any
) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    path = reverse("admin:accounts_account_change", args=[people.account.pk])

    with django_capture_on_commit_callbacks(execute=True):
        browser_of(staff()).post(
            path, {"name": "Acme", "is_active": "on", "admin_email": "rescue@example.org"}
        )

    assert Invitation.objects.get().role == "admin"
    assert mail.outbox[0].to == ["rescue@example.org"]
    entry = AuditEntry.objects.get(action="account.changed_by_staff")
    assert (entry.before["name"], entry.after["name"]) == ("Acme Messaging", "Acme")
    assert "rescue@example.org" not in str(AuditEntry.objects.values_list())


def test_admin_site_shows_no_stored_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    user = make_user()
    totp.TOTP.activate(user, TOTP_SECRET)
    row = Authenticator.objects.get(user=user)

    page = browser_of(staff()).get(reverse("admin:mfa_authenticator_change", args=[row.pk])).content.decode()

    assert row.data["secret"] not in page


def test_staff_without_all_rights_cannot_make_themselves_superuser(settings: Any, rf: Any) -> None:
    request = rf.get("/")
    request.user = make_user(is_staff=True)

    fixed = admin.site._registry[User].get_readonly_fields(request, request.user)

    assert {"is_staff", "is_superuser", "groups"} <= set(fixed)


def test_user_made_by_staff_has_no_password(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False

    browser_of(staff()).post(
        reverse("admin:accounts_user_add"), {"email": "Agent@Example.org", "name": "Agent", "is_active": "on"}
    )

    user = User.objects.get(name="Agent")
    assert (user.email, user.has_usable_password()) == ("agent@example.org", False)
