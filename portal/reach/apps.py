from __future__ import annotations

from django.apps import AppConfig


class ReachConfig(AppConfig):
    name = "portal.reach"
    label = "reach"
