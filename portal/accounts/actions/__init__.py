"""What people can do to accounts, members, clients and keys; each is one transaction."""

from __future__ import annotations

from portal.accounts.actions.clients import add_client, rename_client, set_client_active
from portal.accounts.actions.encryption import rotate_encryption
from portal.accounts.actions.invitations import (
    Issued,
    NewAccount,
    accept_invitation,
    create_account,
    invite_admin,
    invite_member,
    join_by_invitation,
    revoke_invitation,
)
from portal.accounts.actions.keys import KeyFields, add_api_key, change_api_key, set_api_key_active
from portal.accounts.actions.members import change_member, change_profile, remove_member
from portal.accounts.actions.tokens import IssuedToken, issue_access_token, note_use, revoke_access_token

__all__ = [
    "Issued",
    "IssuedToken",
    "KeyFields",
    "NewAccount",
    "accept_invitation",
    "add_api_key",
    "add_client",
    "change_api_key",
    "change_member",
    "change_profile",
    "create_account",
    "invite_admin",
    "invite_member",
    "issue_access_token",
    "join_by_invitation",
    "note_use",
    "remove_member",
    "rename_client",
    "revoke_access_token",
    "revoke_invitation",
    "rotate_encryption",
    "set_api_key_active",
    "set_client_active",
]
