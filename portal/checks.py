"""What must hold before the portal starts; run as Django system checks and by whoever starts a process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET_KEY = 50


def refuse_to_start_broken() -> None:
    """Raise ImproperlyConfigured with all errors at once.

    Commands run system checks by themselves; web servers and workers do not, so their entry points call this.
    """
    errors = list(_errors())
    if errors:
        lines = [f"{error.id}: {error.msg} {error.hint}" for error in errors]
        raise ImproperlyConfigured("The portal does not start like this.\n" + "\n".join(lines))


@register(Tags.security)
def check_settings(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Errors stop every command, in production and in a demo."""
    return list(_errors())


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """What works but should not stay so, or must not be, where customers are."""
    return list(_warnings())


def _errors() -> Iterator[CheckMessage]:
    yield from _encryption_errors()
    if settings.DEMO:
        return
    yield from _secret_key_errors()
    yield from _service_errors()
    yield from _address_errors()


def _encryption_errors() -> Iterator[CheckMessage]:
    if not settings.ENCRYPTION_KEYS:
        yield Error(
            "ENCRYPTION_KEYS is empty: secrets could not be stored.",
            hint="Make one with `cryptography.fernet.Fernet.generate_key()`; README says how.",
            id="portal.E002",
        )
    for place, key in enumerate(settings.ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key)
        except (ValueError, TypeError):
            yield Error(
                f"Key {place} of ENCRYPTION_KEYS cannot be read.",
                hint="Each is 32 bytes in URL-safe base64, 44 characters; several are separated by commas.",
                id="portal.E003",
            )


def _secret_key_errors() -> Iterator[CheckMessage]:
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_SECRET_KEY or key.startswith("django-insecure-"):
        yield Error(
            f"SECRET_KEY is missing, shorter than {SHORTEST_SECRET_KEY} characters or a placeholder.",
            hint="Make one with `python -c 'import secrets; print(secrets.token_urlsafe(60))'`.",
            id="portal.E001",
        )


def _service_errors() -> Iterator[CheckMessage]:
    if settings.DATABASE_URL.startswith("sqlite"):
        yield Error(
            "Production does not run on SQLite.",
            hint="Point DATABASE_URL at a PostgreSQL database.",
            id="portal.E005",
        )
    if not settings.REDIS_URL:
        yield Error(
            "REDIS_URL is empty.",
            hint="Point it at a Redis that keeps an append-only file.",
            id="portal.E006",
        )
    if not settings.EMAIL_URL:
        yield Error(
            "EMAIL_URL is empty: nobody could be invited.",
            hint="Point it at a mail server.",
            id="portal.E007",
        )
    if not settings.STAFF_SECOND_FACTOR_REQUIRED:
        yield Error(
            "Staff could sign in without a second factor.",
            hint="Leave STAFF_SECOND_FACTOR_REQUIRED on in production.",
            id="portal.E010",
        )


def _address_errors() -> Iterator[CheckMessage]:
    if settings.VONAGE_API_URL != settings.VONAGE_DOCUMENT_URL:
        yield Error(
            f"VONAGE_API_URL is {settings.VONAGE_API_URL}, which is not the host of the 10DLC document.",
            hint=f"Leave it unset, or set it to {settings.VONAGE_DOCUMENT_URL}. Only a demo may call another host.",
            id="portal.E004",
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is empty or allows every host.",
            hint="Name the hosts this portal answers for.",
            id="portal.E008",
        )
    if not settings.PORTAL_URL.startswith("https://"):
        yield Error(
            "PORTAL_URL does not begin with https://, so links in e-mails would be insecure.",
            hint="Set it to the address people open, such as https://portal.your-company.com.",
            id="portal.E009",
        )


def _warnings() -> Iterator[CheckMessage]:
    if settings.REGISTRY_SIMULATED_OPERATORS:
        yield Error(
            "REGISTRY_SIMULATED_OPERATORS is on: approvals are made up.",
            hint="Leave it unset where customers are.",
            id="portal.E011",
        )
    if settings.DEMO:
        yield Warning(
            "PORTAL_MODE is demo: secrets are made up, and the database is a file.",
            hint="Set PORTAL_MODE=production.",
            id="portal.W001",
        )
    elif not settings.INSTALLATION_ID:
        yield Warning(
            "INSTALLATION_ID is not set, so the installation's name is only kept in PORTAL_VAR.",
            hint="Set it, once it has run to the name in PORTAL_VAR/installation.json: a machine without that file "
            "would take the database for a copy and send nothing.",
            id="portal.W002",
        )
