"""Staff's window on the Network Registry."""

from __future__ import annotations

from registry.admin import applications, catalogue, changes, connecting, deciding, gate, profiles

__all__ = ["applications", "catalogue", "changes", "connecting", "deciding", "gate", "profiles"]
