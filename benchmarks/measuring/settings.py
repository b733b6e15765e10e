"""The portal's settings, and an empty view beside its own."""

from __future__ import annotations

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.measuring.urls"
