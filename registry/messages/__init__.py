"""What people are told about their registrations; importing this registers all of it."""

from __future__ import annotations

from registry.messages import decisions
from registry.messages.applications import application_path
from registry.messages.profiles import path_of, path_of_type

__all__ = ["application_path", "decisions", "path_of", "path_of_type"]
