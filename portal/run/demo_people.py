"""The sign-ins of a demo, printed by `make run` and created by `manage.py demo_data`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPerson:
    role: str
    email: str
    password: str


COMPLIANCE = DemoPerson("compliance", "casey@example.com", "try-the-portal")
STAFF = DemoPerson("staff", "sam@example.com", "try-the-portal")
OPERATOR = DemoPerson("operator", "olga@example.com", "try-the-portal")
PEOPLE = (COMPLIANCE, STAFF, OPERATOR)
