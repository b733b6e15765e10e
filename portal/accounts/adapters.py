"""How allauth behaves here: nobody signs up without an invitation, and second factors are encrypted."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from portal.records import fields


class PortalAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Users are made by accepting an invitation (see `views.invitation`), never by allauth's sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class PortalMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and recovery seeds are stored under our key ring; a passkey row holds a public key only."""

    def encrypt(self, text: str) -> str:
        return fields.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return fields.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": settings.MFA_TOTP_ISSUER}
