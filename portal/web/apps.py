from __future__ import annotations

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class WebConfig(AppConfig):
    name = "portal.web"
    label = "web"
    default = True


class StaticFiles(StaticFilesConfig):
    """Collects of Tabler's package only the style sheet in use: the others name pictures it does not hold."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "tabler-*",
        "tabler.css*",
        "tabler.rtl*",
        "tabler.*js*",
    ]
