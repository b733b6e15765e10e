"""The Network Registry: a catalogue, what customers register, who decides, and the applications that use it."""

from __future__ import annotations

from registry.models.applications import GateAnswer, KeyAssignment, NetworkApplication, PlaygroundNumber
from registry.models.catalogue import (
    Agency,
    Category,
    ContactRole,
    Country,
    Feature,
    IssuingAuthority,
    Offer,
    Operator,
    OrganisationType,
    Purpose,
    Requirement,
)
from registry.models.deciding import Assignment, Case, CaseMessage, Decision, VettingCheck
from registry.models.desk import DeskLetter, OperatorAnswer
from registry.models.profiles import (
    ApplicationProfile,
    ApplicationStanding,
    BusinessProfile,
    BusinessSnapshot,
    ChangeRequest,
    Disclosure,
    ProfileCountry,
    ProfileFeature,
    RequirementAnswer,
    SnapshotPersonal,
    VettingConsent,
)

__all__ = [
    "Agency",
    "ApplicationProfile",
    "ApplicationStanding",
    "Assignment",
    "BusinessProfile",
    "BusinessSnapshot",
    "Case",
    "CaseMessage",
    "Category",
    "ChangeRequest",
    "ContactRole",
    "Country",
    "Decision",
    "DeskLetter",
    "Disclosure",
    "Feature",
    "GateAnswer",
    "IssuingAuthority",
    "KeyAssignment",
    "NetworkApplication",
    "Offer",
    "Operator",
    "OperatorAnswer",
    "OrganisationType",
    "PlaygroundNumber",
    "ProfileCountry",
    "ProfileFeature",
    "Purpose",
    "Requirement",
    "RequirementAnswer",
    "SnapshotPersonal",
    "VettingCheck",
    "VettingConsent",
]
