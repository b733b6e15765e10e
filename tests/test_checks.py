"""Production refuses to start with settings that would hurt somebody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from portal.checks import check_deployment, check_settings, refuse_to_start_broken

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def production(settings: Any) -> Any:
    """Settings with which production starts."""
    settings.DEMO = False
    settings.SECRET_KEY = "k" * 64
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    settings.DATABASE_URL = "postgres://portal@db/portal"
    settings.REDIS_URL, settings.EMAIL_URL = "redis://redis:6379/0", "smtp://mail:25"
    settings.ALLOWED_HOSTS = ["portal.example.com"]
    settings.PORTAL_URL = "https://portal.example.com"
    settings.VONAGE_API_URL = settings.VONAGE_DOCUMENT_URL
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    settings.INSTALLATION_ID = "desk-1"
    return settings


def test_good_production_settings_pass(production: Any) -> None:
    assert check_settings() == []
    assert check_deployment() == []
    refuse_to_start_broken()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SECRET_KEY", "short", "portal.E001"),
        ("SECRET_KEY", "django-insecure-" + "k" * 60, "portal.E001"),
        ("ENCRYPTION_KEYS", [], "portal.E002"),
        ("ENCRYPTION_KEYS", [Fernet.generate_key().decode(), "not a key"], "portal.E003"),
        ("VONAGE_API_URL", "http://127.0.0.1:8010", "portal.E004"),
        ("DATABASE_URL", "sqlite:////var/portal.sqlite3", "portal.E005"),
        ("REDIS_URL", "", "portal.E006"),
        ("EMAIL_URL", "", "portal.E007"),
        ("ALLOWED_HOSTS", ["*"], "portal.E008"),
        ("ALLOWED_HOSTS", [], "portal.E008"),
        ("PORTAL_URL", "http://portal.example.com", "portal.E009"),
        ("STAFF_SECOND_FACTOR_REQUIRED", False, "portal.E010"),
    ],
)
def test_production_refuses(production: Any, name: str, value: Any, code: str) -> None:
    setattr(production, name, value)

    assert [error.id for error in check_settings()] == [code]
    with pytest.raises(ImproperlyConfigured, match=code):
        refuse_to_start_broken()


def test_no_error_repeats_a_secret(production: Any) -> None:
    production.SECRET_KEY, production.ENCRYPTION_KEYS = "s3cret", ["s3cret-too"]

    assert "s3cret" not in str(check_settings())


def test_demo_may_call_the_simulator_and_run_on_sqlite(production: Any) -> None:
    production.DEMO = True
    production.VONAGE_API_URL, production.REDIS_URL = "http://127.0.0.1:8010", ""
    production.DATABASE_URL = "sqlite:////var/portal.sqlite3"

    assert check_settings() == []
    assert [warning.id for warning in check_deployment()] == ["portal.W001"]


def test_made_up_approvals_are_no_deployment(production: Any) -> None:
    production.REGISTRY_SIMULATED_OPERATORS = True

    assert [error.id for error in check_deployment()] == ["portal.E011"]
    assert check_settings() == []


def test_demo_needs_readable_encryption_keys_too(production: Any) -> None:
    production.DEMO, production.ENCRYPTION_KEYS = True, ["garbled"]

    assert [error.id for error in check_settings()] == ["portal.E003"]


def test_checks_are_run_by_django(production: Any) -> None:
    production.ENCRYPTION_KEYS = []

    assert "portal.E002" in {message.id for message in run_checks(tags=["security"])}


@pytest.fixture
def broken_production(tmp_path: Path) -> dict[str, str]:
    """An environment that production must not start in: SQLite, and another host than Vonage's."""
    return {
        "PATH": os.environ["PATH"],
        "PORTAL_MODE": "production",
        "PORTAL_VAR": str(tmp_path),
        "PORTAL_URL": "https://portal.example.com",
        "ALLOWED_HOSTS": "portal.example.com",
        "SECRET_KEY": "k" * 64,
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "VONAGE_API_URL": "http://127.0.0.1:8010",
    }


@pytest.mark.parametrize("arguments", [["manage.py", "migrate", "--plan"], ["-c", "import portal.wsgi"]])
def test_command_and_web_server_name_what_is_wrong_and_stop(
    broken_production: dict[str, str], arguments: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=broken_production,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode != 0
    assert "portal.E004" in done.stderr
    assert "portal.E005" in done.stderr


def test_an_installation_without_a_name_is_warned_of(production: Any) -> None:
    production.INSTALLATION_ID = ""
    assert [warning.id for warning in check_deployment()] == ["portal.W002"]
    production.INSTALLATION_ID = "desk-1"
    assert check_deployment() == []
