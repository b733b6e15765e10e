"""Staff's window on the Network Registry."""

from __future__ import annotations

from registry.admin import catalogue, changes, profiles

__all__ = ["catalogue", "changes", "profiles"]
