"""A revocation holds for the next question, whoever asks: real connections on PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import servers
from tests.portal_process import ROOT

pytestmark = [pytest.mark.services, pytest.mark.processes]


def test_no_client_is_allowed_after_a_revocation_was_committed(tmp_path: Path) -> None:
    with servers.fresh_database(servers.DATABASE_URL) as database:
        environment = os.environ | {
            "DATABASE_URL": database,
            "PORTAL_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "REGISTRY_GATE_LOG_SECONDS": "0.2",
        }
        run = subprocess.run(
            [sys.executable, "-m", "tests.registry.gate_race"],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout)
    assert told["after"] == ["revoked"]
    assert told["reasons"] == ["allowed", "revoked"]
    assert told["allowed_before"] > 100
    assert told["fewest_after"] > 20
