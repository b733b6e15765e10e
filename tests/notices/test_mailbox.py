from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.test import Client as Browser
from django.urls import reverse

from portal.notices import mailbox
from tests.builders import make_membership, make_user
from tests.people import browser_of


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.EMAIL_BACKEND = "portal.notices.mailbox.FolderBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def _send(subject: str = "Hello", text: str = "Plain words", html: str = "") -> None:
    mail = EmailMultiAlternatives(subject, text, "portal@example.com", ["ann@example.com"])
    if html:
        mail.attach_alternative(html, "text/html")
    mail.send()


def test_folder_backend_keeps_one_private_file_per_mail(folder: Path) -> None:
    for subject in ("First", "Second"):
        _send(subject)

    names = sorted(path.name for path in folder.iterdir())
    assert [mailbox.NAME.fullmatch(name) is not None for name in names] == [True, True]
    assert [mail.subject for mail in mailbox.list_mails()] == ["Second", "First"]
    assert stat.S_IMODE((folder / names[0]).stat().st_mode) == 0o600


def test_folder_backend_reports_a_folder_it_cannot_write(folder: Path) -> None:
    folder.write_text("not a folder")

    with pytest.raises(OSError, match="mail"):
        _send()
    assert send_mail("s", "b", None, ["ann@example.com"], fail_silently=True) == 0


def test_folder_backend_takes_the_folder_as_an_argument(tmp_path: Path) -> None:
    connection = get_connection("portal.notices.mailbox.FolderBackend", file_path=str(tmp_path / "other"))
    send_mail("s", "b", None, ["ann@example.com"], connection=connection)

    assert len(list((tmp_path / "other").iterdir())) == 1


def test_list_mails_of_a_missing_folder_is_empty() -> None:
    assert mailbox.list_mails() == []


def test_read_mail_prefers_the_text_and_strips_the_html() -> None:
    html = (
        "<head><style>p {}</style></head><p>Bold <b>words</b></p><script>alert(1)</script><p>&lt;end&gt;</p>"
    )
    _send("Grüße", "Plain words", html)

    mail = mailbox.read_mail(mailbox.list_mails()[0].name)
    assert mail is not None
    assert (mail.subject, mail.to, mail.text) == ("Grüße", "ann@example.com", "Plain words")
    assert mail.html_text == "Bold words\n<end>"


@pytest.mark.parametrize(
    "name", ["../keys.json", "..", "x.eml", "20260101T000000000000-aaaaaaaaaa.eml", "a\0b"]
)
def test_read_mail_knows_only_its_own_names(name: str, folder: Path) -> None:
    folder.mkdir()
    (folder / "x.eml").write_text("Subject: not ours")

    assert mailbox.read_mail(name) is None


@pytest.mark.django_db
def test_mailbox_pages_show_mail_to_staff_without_its_markup() -> None:
    _send(
        "Hello <b>", "Open https://example.com/a <script>alert(1)</script>", "<img src=x onerror=y><p>Hi</p>"
    )
    browser = browser_of(make_user(is_staff=True))

    listed = browser.get(reverse("staff:mailbox"))
    page = browser.get(reverse("staff:mail", args=[mailbox.list_mails()[0].name]))

    assert "Hello &lt;b&gt;" in listed.content.decode()
    shown = page.content.decode()
    assert 'href="https://example.com/a"' in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "onerror" not in shown


@pytest.mark.django_db
def test_mailbox_pages_are_not_there_for_anyone_else(settings: Any) -> None:
    _send()
    pages = [reverse("staff:mailbox"), reverse("staff:mail", args=[mailbox.list_mails()[0].name])]
    staff = browser_of(make_user(is_staff=True))
    others = [browser_of(make_membership().user), Browser()]

    assert [browser.get(page).status_code for browser in others for page in pages] == [404] * 4
    assert [staff.get(page).status_code for page in pages] == [200, 200]
    settings.DEMO = False
    assert [staff.get(page).status_code for page in pages] == [404, 404]


@pytest.mark.django_db
def test_mailbox_page_of_a_missing_mail_is_not_there() -> None:
    browser = browser_of(make_user(is_staff=True))

    assert (
        browser.get(reverse("staff:mail", args=["20260101T000000000000-aaaaaaaaaa.eml"])).status_code == 404
    )
