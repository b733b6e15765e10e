from __future__ import annotations

from tests.reach.web import website

__all__ = ["website"]
