"""Staff's window on the Network Registry."""

from __future__ import annotations

from registry.admin import applications, catalogue, deciding, profiles

__all__ = ["applications", "catalogue", "deciding", "profiles"]
