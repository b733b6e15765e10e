"""The Network Registry of one account, below /a/<account>/network-registry/."""

from __future__ import annotations

app_name = "registry"
urlpatterns: list[object] = []
