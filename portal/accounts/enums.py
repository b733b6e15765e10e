"""Roles and what they allow, in one table."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A ladder; code never asks for a role but for a capability."""

    VIEWER = "viewer", _("Viewer")
    EDITOR = "editor", _("Editor")
    APPROVER = "approver", _("Approver")
    ADMIN = "admin", _("Admin")


class Capability(StrEnum):
    VIEW = "view"
    EXPORT = "export"
    PREPARE = "prepare"
    LINK_NUMBERS = "link_numbers"
    SUBMIT_PAID = "submit_paid"
    APPROVE = "approve"
    ANSWER_OPERATORS = "answer_operators"
    SEE_AUDIT = "see_audit"
    MANAGE_KEYS = "manage_keys"
    MANAGE_MEMBERS = "manage_members"


_VIEWER = frozenset({Capability.VIEW, Capability.EXPORT})
_EDITOR = _VIEWER | {Capability.PREPARE, Capability.LINK_NUMBERS}
_APPROVER = _EDITOR | {
    Capability.SUBMIT_PAID,
    Capability.APPROVE,
    Capability.ANSWER_OPERATORS,
    Capability.SEE_AUDIT,
}
CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.VIEWER: _VIEWER,
    Role.EDITOR: _EDITOR,
    Role.APPROVER: _APPROVER,
    Role.ADMIN: _APPROVER | {Capability.MANAGE_KEYS, Capability.MANAGE_MEMBERS},
}
# Members and keys concern everyone's work: whoever is limited to some clients could lift their own limit.
ACCOUNT_WIDE = frozenset({Capability.MANAGE_KEYS, Capability.MANAGE_MEMBERS})
ROLE_HELP = {
    Role.VIEWER: _("sees everything, changes nothing"),
    Role.EDITOR: _("prepares forms and links numbers"),
    Role.APPROVER: _("also submits what costs money"),
    Role.ADMIN: _("also manages members, clients and API keys"),
}
