"""What registers itself at start: objects that can be followed, and kinds of remote effects."""

from __future__ import annotations

from registry.operations import followed, inquiries, network_applications

__all__ = ["followed", "inquiries", "network_applications"]
