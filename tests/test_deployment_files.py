"""The container files cannot be run here, so what they promise is read out of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SERVICES = {"web", "worker", "beat", "migrate", "db", "redis", "simulator"}
# What the images of the two servers read; set in docker-compose.yml, never by the reader of .env.example.
IMAGE_VARIABLES = {"POSTGRES_USER", "POSTGRES_DB", "REDISCLI_AUTH"}
SECRET_NAMES = re.compile(r"(PASSWORD|SECRET|_KEYS?|TOKEN|REDISCLI_AUTH)$")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> list[str]:
    joined = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def documented() -> dict[str, str]:
    """Names in .env.example, commented out or not, with the value on the line."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    found = (re.match(r"(?:# )?([A-Z][A-Z0-9_]+)=(.*)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def names_read(source: str) -> set[str]:
    """What a module takes from the environment: env("X"), env.int("X"), os.environ["X"] and the like."""
    return set(_reads(ast.parse(source)))


def _reads(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _is_reader(node.func):
            name = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in {"os.environ", "environment"}:
            name = node.slice
        else:
            continue
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isupper():
            yield name.value


def _is_reader(function: ast.expr) -> bool:
    text = ast.unparse(function)
    return text in {"env", "os.getenv"} or text.startswith(("env.", "os.environ.", "environment."))


def settings_read() -> set[str]:
    files = [ROOT / "portal" / "settings.py", *(ROOT / "portal" / "run").glob("*.py")]
    # PYTHON chooses an interpreter before there is a portal; Django's own variable is not ours to document.
    return {name for file in files for name in names_read(file.read_text(encoding="utf-8"))} - {
        "PYTHON",
        "PYTHONPATH",
        "DJANGO_SETTINGS_MODULE",
    }


def compose_interpolates() -> set[str]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))


def test_every_setting_read_is_documented() -> None:
    assert settings_read() | compose_interpolates() <= documented().keys()


def test_every_documented_setting_is_read() -> None:
    assert documented().keys() <= settings_read() | compose_interpolates()


def test_documented_settings_have_a_comment() -> None:
    """A comment explains the settings below it, up to the next heading or empty line."""
    explained, unexplained = False, []
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        setting = re.match(r"(?:# )?([A-Z][A-Z0-9_]+)=", line)
        if setting and not explained:
            unexplained.append(setting[1])
        elif not setting:
            explained = line.startswith("# ") and not line.startswith("# ---")
    assert unexplained == []


def test_example_holds_no_secret() -> None:
    secrets = {name: value for name, value in documented().items() if SECRET_NAMES.search(name)}
    assert secrets
    assert set(secrets.values()) == {""}


def test_names_read_sees_every_way_to_read() -> None:
    source = """
a = env("A")
b = env.int("B", default=1)
c = os.environ["C"]
d = os.environ.get("D")
e = environment.get("E") or ""
f = other("NOT")
"""
    assert names_read(source) == {"A", "B", "C", "D", "E"}


def test_compose_has_the_services(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == SERVICES
    assert compose["services"]["simulator"]["profiles"] == ["demo"]
    assert all("profiles" not in compose["services"][name] for name in SERVICES - {"simulator"})


@pytest.mark.parametrize("name", sorted(SERVICES - {"migrate"}))
def test_compose_service_has_a_health_check(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_compose_service_waits_for_migrations(compose: dict[str, Any], name: str) -> None:
    waits = compose["services"][name]["depends_on"]
    assert waits["migrate"]["condition"] == "service_completed_successfully"
    assert waits["db"]["condition"] == waits["redis"]["condition"] == "service_healthy"


@pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate", "simulator"])
def test_compose_service_takes_its_settings_from_env(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["env_file"] == ".env"
    assert set(service.get("environment", {})) <= documented().keys()
    assert "user" not in service  # the image's own, which is not root


def test_compose_keeps_data_in_volumes(compose: dict[str, Any]) -> None:
    mounted = {
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }
    assert mounted == set(compose["volumes"]) == {"portal", "db", "redis"}


def test_compose_redis_keeps_every_message(compose: dict[str, Any]) -> None:
    command = " ".join(compose["services"]["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_compose_runs_one_beat(compose: dict[str, Any]) -> None:
    assert "celery -A portal.beat beat" in compose["services"]["beat"]["command"]
    assert not re.search(r"\s(-B|--beat)\b", compose["services"]["worker"]["command"])


def test_compose_holds_no_secret(compose: dict[str, Any]) -> None:
    given = [
        (name, value)
        for service in compose["services"].values()
        for name, value in (service.get("environment") or {}).items()
    ]
    assert {name for name, _ in given} <= documented().keys() | IMAGE_VARIABLES
    secrets = [value for name, value in given if SECRET_NAMES.search(name)]
    assert secrets
    assert all(re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value) for value in secrets)


def test_image_does_not_run_as_root(dockerfile: list[str]) -> None:
    users = [line.split()[1] for line in dockerfile if line.startswith("USER ")]
    assert users
    assert users[-1] not in {"root", "0"}
    last_root_step = max(number for number, line in enumerate(dockerfile) if line.startswith("RUN "))
    assert last_root_step < dockerfile.index(f"USER {users[-1]}")


def test_image_installs_only_locked_packages(dockerfile: list[str]) -> None:
    installs = [line for line in dockerfile if re.search(r"\b(pip|npm) ", line)]
    assert len(installs) == 2
    assert all("--require-hashes" in line or "npm ci --ignore-scripts" in line for line in installs)


def test_image_keeps_no_secret(dockerfile: list[str]) -> None:
    kept = [line for line in dockerfile if line.startswith(("ENV ", "ARG "))]
    assert not [word for line in kept for word in line.split() if SECRET_NAMES.search(word.partition("=")[0])]
    copied = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".env", ".git", "var"} <= set(copied)


def test_image_has_a_health_check_and_serves_with_gunicorn(dockerfile: list[str]) -> None:
    assert any(line.startswith("HEALTHCHECK ") and "portal.run.health" in line for line in dockerfile)
    assert dockerfile[-1].startswith('CMD ["gunicorn", "portal.wsgi:application"')


@pytest.mark.parametrize("name", ["runtime", "dev", "node"])
def test_locked_requirements_have_hashes_and_no_hosts(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9][\w.-]*(?:\[[^\]]*\])?==", text, re.MULTILINE)
    assert packages
    assert len(re.findall(r"^\S.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(packages)
    assert "://" not in text


def test_npm_lock_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity"') == text.count('"node_modules/')
