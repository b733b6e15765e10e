"""What registers itself at start: objects that can be followed, and kinds of remote effects."""

from __future__ import annotations

from registry.operations import inquiries, network_applications

__all__ = ["inquiries", "network_applications"]
