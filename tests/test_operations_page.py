"""What docs/operations.md tells to type exists: commands with their options, files, units and what those start."""

from __future__ import annotations

import re
import shlex
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
FOLDER = ROOT / "docs" / "one-machine"
UNITS = sorted(path.name for path in FOLDER.glob("*.service"))
STARTED = ["portal-beat.service", "portal-web.service", "portal-worker.service"]
# What `portal-manage` adds to the commands of manage.py.
OWN = {"prepare"}


def typed() -> list[list[str]]:
    """Each `portal-manage …` of the page, in words; what follows … or NUMBER is a reader's own."""
    found = re.findall(
        r"portal-manage ([a-z_]+(?![-\w])(?: [^`\n#;,&|]*)?)", PAGE.replace("`manage.py …`", "")
    )
    return [words for text in found if (words := _words(text))]


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return shlex.split(text.replace('"', ""))


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return parser


def test_every_command_of_the_page_exists_with_its_options() -> None:
    commands, missing = get_commands(), []
    for name, *rest in typed():
        if name in OWN:
            continue
        if name not in commands:
            missing.append(name)
            continue
        source = commands[name]
        parser = load_command_class(source, name).create_parser("manage.py", name)
        known = set(parser._option_string_actions)
        missing += [f"{name} {word}" for word in rest if word.startswith("--") and word not in known]
    assert missing == []


def test_the_page_names_commands_at_all() -> None:
    named = {words[0] for words in typed()}
    assert {
        "portal_health",
        "outbox_drain",
        "outbox_pause",
        "portal_after_restore",
        "rotate_encryption",
    } <= named


def test_every_file_of_a_one_machine_installation_is_installed_by_the_page() -> None:
    there = {path.name for path in FOLDER.iterdir()}
    block = PAGE[PAGE.index("cd /opt/portal/app/docs/one-machine") :]
    installed = re.findall(r"^install -m \d+ (.*)$", block, re.MULTILINE)
    named = {
        word for line in installed for word in line.partition("#")[0].split() if not word.startswith("/")
    }
    assert named == there


def test_links_of_the_page_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


@pytest.mark.parametrize("name", ["portal-manage", "portal-backup"])
def test_scripts_are_shell_and_may_be_run(name: str) -> None:
    path = FOLDER / name
    assert path.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0


@pytest.mark.parametrize("name", UNITS)
def test_units_have_their_sections(name: str) -> None:
    assert {"Unit", "Service"} <= set(unit(name).sections())
    assert unit(name)["Service"]["ExecStart"].startswith("/")


@pytest.mark.parametrize("name", STARTED)
def test_units_start_what_the_image_starts(name: str) -> None:
    service = unit(name)["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert Path(program).name in {"gunicorn", "celery"}
    module = arguments[0].partition(":")[0] if "gunicorn" in program else arguments[arguments.index("-A") + 1]
    assert (ROOT / f"{module.replace('.', '/')}.py").exists()
    assert (service["User"], service["EnvironmentFile"], service["Restart"]) == (
        "portal",
        "/etc/portal.env",
        "always",
    )
    assert unit(name)["Install"]["WantedBy"] == "multi-user.target"


def test_the_worker_is_given_time_to_finish_what_it_sends() -> None:
    service = unit("portal-worker.service")["Service"]
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) >= 120
