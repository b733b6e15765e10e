from __future__ import annotations

from django.apps import AppConfig


class TendlcConfig(AppConfig):
    name = "tendlc"
    label = "tendlc"
    verbose_name = "10DLC"
