"""What people are told about their registrations; importing this registers all of it."""

from __future__ import annotations

from registry.messages import decisions
from registry.messages.profiles import path_of, path_of_type

__all__ = ["decisions", "path_of", "path_of_type"]
