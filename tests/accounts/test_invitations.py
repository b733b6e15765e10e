"""How people get in: by invitation and in no other way."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.accounts import actions
from portal.accounts.enums import Role
from portal.accounts.models import Account, Client, Invitation, Membership, User
from portal.accounts.problems import AlreadyMember, InvitationClosed, OtherAddress
from portal.history.models import AuditEntry
from tests.builders import PASSWORD, make_client, make_membership, make_user
from tests.people import People, browser_of

pytestmark = pytest.mark.django_db
ADDRESS = "new.person@example.org"
JOIN = {"name": "New Person", "password": "a long enough passphrase"}


def invite(people: People, email: str = ADDRESS, **fields: Any) -> actions.Issued:
    values = {"role": Role.EDITOR, "clients": None, **fields}
    return actions.invite_member(people.scope(people.member), email=email, actor=people.member, **values)


def page_of(issued: actions.Issued) -> str:
    return reverse("accounts:invitation", args=[issued.token])


def test_inviting_on_the_page_mails_a_link_that_lets_a_new_person_in(people: People) -> None:
    path = reverse("account:member_invite", args=[people.account.pk])
    data = {"email": ADDRESS, "role": "editor", "clients": [people.other_client.pk]}
    answer = browser_of(people.member).post(path, data, follow=True)
    assert f"{ADDRESS} has been sent an invitation." in answer.content.decode()
    assert mail.outbox[0].to == [ADDRESS]
    link = re.search(r"/me/invitations/\S+", str(mail.outbox[0].body))
    assert link is not None

    newcomer = Browser()
    shown = newcomer.get(link.group()).content.decode()
    entered = newcomer.post(link.group(), JOIN)

    assert str(people.member) in shown
    assert "Acme Messaging" in shown
    assert entered.url == reverse("desk:home", args=[people.account.pk])  # type: ignore[attr-defined]
    user = User.objects.get(email=ADDRESS)
    assert newcomer.session["_auth_user_id"] == str(user.pk)
    membership = Membership.objects.get(user=user)
    assert (membership.role, list(membership.clients.all())) == ("editor", [people.other_client])
    assert EmailAddress.objects.get(user=user).verified


def test_invitation_mail_says_until_when_in_utc(people: People) -> None:
    issued = invite(people)
    with timezone.override("Asia/Tokyo"):
        mailed = issued.mail()

    until = issued.invitation.expires_at.strftime("%H:%M")
    assert mailed
    assert f"{until} UTC" in str(mail.outbox[0].body)


def test_invitation_is_saved_and_said_to_be_unsent_when_the_mail_server_is_down(
    people: People, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    path = reverse("account:member_invite", args=[people.account.pk])

    answer = browser_of(people.member).post(
        path, {"email": ADDRESS, "role": "editor", "all_clients": "on"}, follow=True
    )

    assert "the mail server did not take it" in answer.content.decode()
    assert Invitation.objects.filter(email=ADDRESS).exists()


def test_invitation_stores_no_token_and_history_no_address(people: People) -> None:
    issued = invite(people)

    row = Invitation.objects.filter(pk=issued.invitation.pk).values().get()
    assert issued.token not in str(row)
    assert len(issued.token) * 6 >= 128
    entry = AuditEntry.objects.get(action="invitation.sent")
    assert ADDRESS not in f"{entry.object_name} {entry.before} {entry.after}"
    assert entry.after["email"] == "n…"


def test_inviting_again_replaces_the_earlier_invitation(people: People) -> None:
    first, second = invite(people), invite(people, role=Role.VIEWER)

    assert Browser().get(page_of(first)).status_code == 410
    assert Browser().get(page_of(second)).status_code == 200
    assert Invitation.objects.filter(accepted_at=None, revoked_at=None).count() == 1


def test_inviting_a_member_is_refused(people: People) -> None:
    with pytest.raises(AlreadyMember):
        invite(people, email=people.small.email.upper())


def test_existing_user_accepts_by_a_click(people: People) -> None:
    issued = invite(people, email=people.stranger.email)
    browser = browser_of(people.stranger)

    before = browser.get(page_of(issued))
    answer = browser.post(page_of(issued))

    assert "Accept the invitation" in before.content.decode()
    assert answer.url == reverse("desk:home", args=[people.account.pk])  # type: ignore[attr-defined]
    assert Membership.objects.get(user=people.stranger, account=people.account).role == Role.EDITOR


def test_looking_at_an_invitation_accepts_nothing(people: People) -> None:
    issued = invite(people, email=people.stranger.email)

    browser_of(people.stranger).get(page_of(issued))

    assert not Membership.objects.filter(user=people.stranger, account=people.account).exists()


def test_existing_user_who_is_not_signed_in_is_sent_to_sign_in_and_back(people: People) -> None:
    issued = invite(people, email=people.stranger.email)
    browser = Browser()
    page = browser.get(page_of(issued)).content.decode()

    assert f"{reverse('account_login')}?next={page_of(issued)}" in page
    signed_in = browser.post(
        f"{reverse('account_login')}?next={page_of(issued)}",
        {"login": people.stranger.email, "password": PASSWORD},
    )
    assert signed_in.url == page_of(issued)  # type: ignore[attr-defined]


def test_existing_user_cannot_be_given_a_new_password_through_the_link(people: People) -> None:
    issued = invite(people, email=people.stranger.email)

    Browser().post(page_of(issued), JOIN)

    people.stranger.refresh_from_db()
    assert people.stranger.check_password(PASSWORD)
    assert Invitation.objects.get(pk=issued.invitation.pk).accepted_at is None


def test_invitation_of_another_address_is_refused_with_a_reason(people: People) -> None:
    issued = invite(people)
    browser = browser_of(people.stranger)

    page = browser.get(page_of(issued)).content.decode()
    answer = browser.post(page_of(issued))

    assert f"sent to {ADDRESS}" in page
    assert answer.status_code == 403
    with pytest.raises(OtherAddress):
        actions.accept_invitation(issued.invitation, actor=people.stranger)


def test_expired_invitation_says_so_and_cannot_be_accepted(people: People) -> None:
    issued = invite(people)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    answer = Browser().post(page_of(issued), JOIN)

    assert (answer.status_code, "has expired" in answer.content.decode()) == (410, True)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_revoked_invitation_says_so(people: People) -> None:
    issued = invite(people)
    path = reverse("account:invitation_revoke", args=[people.account.pk, issued.invitation.pk])
    browser_of(people.member).post(path)

    answer = Browser().get(page_of(issued))

    assert (answer.status_code, "taken back" in answer.content.decode()) == (410, True)


def test_used_invitation_says_so_and_works_only_once(people: People) -> None:
    issued = invite(people)
    Browser().post(page_of(issued), JOIN)

    answer = Browser().post(page_of(issued), {**JOIN, "name": "Thief"})

    assert (answer.status_code, "already accepted" in answer.content.decode()) == (410, True)
    assert User.objects.get(email=ADDRESS).name == "New Person"
    with pytest.raises(InvitationClosed):
        actions.accept_invitation(issued.invitation, actor=User.objects.get(email=ADDRESS))


def test_unknown_link_says_so() -> None:
    answer = Browser().get(reverse("accounts:invitation", args=["no-such-token"]))

    assert (answer.status_code, "leads to no invitation" in answer.content.decode()) == (404, True)


def test_weak_password_comes_back_at_its_field(people: People) -> None:
    answer = Browser().post(page_of(invite(people)), {"name": "New", "password": "12345"})

    assert "password" in answer.context["form"].errors
    assert not User.objects.filter(email=ADDRESS).exists()


def test_removed_member_comes_back_with_the_place_of_the_new_invitation(people: People) -> None:
    old = make_membership(people.stranger, people.account, role=Role.ADMIN, is_active=False)

    actions.accept_invitation(
        invite(
            people, email=people.stranger.email, role=Role.VIEWER, clients=[people.other_client]
        ).invitation,
        actor=people.stranger,
    )

    old.refresh_from_db()
    assert (old.is_active, old.role, list(old.clients.all())) == (True, "viewer", [people.other_client])


def test_invitation_names_only_clients_of_the_account(people: People) -> None:
    foreign = make_client()
    path = reverse("account:member_invite", args=[people.account.pk])

    answer = browser_of(people.member).post(
        path, {"email": ADDRESS, "role": "editor", "clients": [foreign.pk]}
    )

    assert "clients" in answer.context["form"].errors


def test_sign_up_without_invitation_is_closed() -> None:
    data = {"email": ADDRESS, "password1": JOIN["password"], "password2": JOIN["password"]}

    answer = Browser().post(reverse("account_signup"), data)

    assert "sign up" in answer.content.decode().lower() or answer.status_code in (302, 403)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_create_account_makes_the_account_its_own_client_and_an_invitation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("create_account", name="Fresh Ltd", admin_email="Boss@Example.org")

    account = Account.objects.get(name="Fresh Ltd")
    assert Client.objects.get(account=account).is_self
    invitation = Invitation.objects.get(account=account)
    assert (invitation.email, invitation.role, invitation.all_clients) == ("boss@example.org", "admin", True)
    assert f"Account {account.pk}" in capsys.readouterr().out
    assert mail.outbox[0].to == ["boss@example.org"]
    assert AuditEntry.objects.get(action="account.created").actor is None


def test_create_account_makes_an_existing_user_its_admin_at_once() -> None:
    user = make_user("boss@example.org")

    call_command("create_account", name="Fresh Ltd", admin_email="BOSS@example.org")

    assert Membership.objects.get(user=user).role == Role.ADMIN
    assert not Invitation.objects.exists()


def test_create_account_refuses_what_is_no_address() -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("create_account", name="Fresh Ltd", admin_email="boss")

    assert not Account.objects.exists()
