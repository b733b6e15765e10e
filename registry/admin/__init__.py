"""Staff's window on the Network Registry."""

from __future__ import annotations

from registry.admin import gate

__all__ = ["gate"]
