"""Staff's window on the Network Registry."""

from __future__ import annotations

from registry.admin import catalogue, deciding, profiles

__all__ = ["catalogue", "deciding", "profiles"]
