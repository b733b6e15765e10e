"""Encrypted text: unreadable in the database, readable with any key of the ring, written with the first."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.db import connection, models
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.records.fields import EncryptedTextField, decrypt, encrypt
from tests.builders import make_api_key

pytestmark = pytest.mark.django_db
OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture(autouse=True)
def _ring(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]


def stored(api_key: ApiKey) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_apikey WHERE id = %s", [api_key.pk])
        text: str = cursor.fetchone()[0]
    return text


def test_database_holds_no_plain_text() -> None:
    api_key = make_api_key(secret="a-secret-ünïcode")
    assert "secret" not in stored(api_key)
    assert ApiKey.objects.get(pk=api_key.pk).secret == "a-secret-ünïcode"


def test_two_equal_secrets_look_different() -> None:
    assert stored(make_api_key(secret="same")) != stored(make_api_key(secret="same"))


def test_empty_stays_empty() -> None:
    api_key = make_api_key(secret="")
    assert stored(api_key) == ""
    assert ApiKey.objects.get(pk=api_key.pk).secret == ""
    assert ApiKey.objects.filter(pk=api_key.pk, secret="").exists()


def test_bulk_and_update_encrypt_as_well() -> None:
    api_key = make_api_key()
    ApiKey.objects.filter(pk=api_key.pk).update(secret="changed")
    assert "changed" not in stored(api_key)
    api_key.refresh_from_db()
    assert api_key.secret == "changed"


def test_a_new_first_key_reads_the_old_and_writes_the_new(settings: Settings) -> None:
    old, new = make_api_key(secret="before"), make_api_key()
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert ApiKey.objects.get(pk=old.pk).secret == "before"
    new.secret = "after"
    new.save()

    settings.ENCRYPTION_KEYS = [NEW]
    assert ApiKey.objects.get(pk=new.pk).secret == "after"
    assert ApiKey.objects.get(pk=old.pk).secret == ""


def test_a_value_no_key_opens_reads_as_empty_and_survives_a_save(settings: Settings) -> None:
    """A page with such a key still opens, and saving its label does not lose the secret."""
    api_key = make_api_key(secret="kept")
    settings.ENCRYPTION_KEYS = [OTHER]
    shut = ApiKey.objects.get(pk=api_key.pk)
    assert not shut.secret
    shut.label = "Renamed"
    shut.save()

    settings.ENCRYPTION_KEYS = [OLD]
    assert ApiKey.objects.get(pk=api_key.pk).secret == "kept"


def test_a_key_outside_the_ring_opens_nothing_and_the_error_tells_nothing(settings: Settings) -> None:
    token = encrypt("plain")
    assert decrypt(token) == "plain"
    settings.ENCRYPTION_KEYS = [OTHER]
    with pytest.raises(ValueError, match="no key") as caught:
        decrypt(token)
    assert token not in str(caught.value)


def test_text_that_was_tampered_with_is_not_read() -> None:
    token = encrypt("plain")
    with pytest.raises(ValueError, match="no key"):
        decrypt(token[:-2] + ("AA" if token[-2:] != "AA" else "BB"))


def test_migrations_see_plain_text_columns() -> None:
    """So that a migration imports no code of ours."""
    assert EncryptedTextField(blank=True).deconstruct()[1:] == (
        "django.db.models.TextField",
        [],
        {"blank": True},
    )
    assert isinstance(ApiKey._meta.get_field("secret"), models.TextField)
