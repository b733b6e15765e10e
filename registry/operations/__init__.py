"""One class a kind of remote effect, and one function a read that somebody waits for; all register themselves."""

from __future__ import annotations

from portal.notices.catalogue import register_object
from registry.operations import applications, followed, inquiries
from registry.queries import applications as queries

__all__ = ["applications", "followed", "inquiries"]

register_object(
    "registry.networkapplication",
    lookup=lambda scope, pk: queries.applications(scope).filter(pk=pk).first(),
    page="applications:application",
)
