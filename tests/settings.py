"""The portal's own settings with what tests need: quick hashing, no waiting, nothing of the machine's."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["PORTAL_VAR"] = os.environ.get("TEST_PORTAL_VAR") or tempfile.mkdtemp(prefix="portal-test-")
os.environ.setdefault("VONAGE_API_URL", "http://127.0.0.1:9")
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:9/0")
os.environ["DATABASE_URL"] = os.environ.get(
    "TEST_DATABASE_URL", f"sqlite:///{Path(os.environ['PORTAL_VAR']) / 'portal.sqlite3'}"
)
os.environ.setdefault("PORTAL_MODE", "demo")
# Playwright keeps an event loop in this thread, in which Django would refuse every query of a later test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: browser tests and worker processes open the same database.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["PORTAL_VAR"]) / "test.sqlite3")}
ACCOUNT_RATE_LIMITS = False
# At once, in the transaction of the test that asks.
REGISTRY_GATE_LOG_SECONDS = 0.0
# WhiteNoise warns about a missing folder, and warnings are errors here.
STATIC_ROOT = Path(os.environ["PORTAL_VAR"]) / "staticfiles"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
