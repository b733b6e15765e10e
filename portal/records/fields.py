"""A text column that is encrypted in the database with a rotatable key ring."""

from __future__ import annotations

import logging
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger("portal.records")


def ring() -> MultiFernet:
    """The key ring of ENCRYPTION_KEYS: the first encrypts, all decrypt."""
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt(text: str) -> str:
    return ring().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind a token. Raises ValueError when no key of the ring opens it."""
    try:
        return ring().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ValueError("no key of ENCRYPTION_KEYS opens this value") from error


class Unreadable(str):
    """Reads as empty, so that pages and lists go on; writing it back keeps what is stored."""

    stored: str = ""

    @classmethod
    def of(cls, stored: str) -> Unreadable:
        made = cls("")
        made.stored = stored
        return made


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that only the application can read; empty stays empty, and it cannot be searched."""

    def deconstruct(self) -> Any:
        # Migrations import no app code; in the database this is text like any other.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return value.stored
        return encrypt(str(value)) if value else ""

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> str:
        if not value:
            return ""
        try:
            return decrypt(value)
        except ValueError:
            logger.error("no key of ENCRYPTION_KEYS opens a value of %s", self)
            return Unreadable.of(value)
