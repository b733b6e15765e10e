"""What `make run` does before there is an environment: find a Python, install once, then nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The files that the installation needs, and a PATH with nothing but a shell's own tools."""
    (tmp_path / "portal" / "run").mkdir(parents=True)
    for name in ("environment.sh", "environment.py"):
        shutil.copy(ROOT / "portal" / "run" / name, tmp_path / "portal" / "run")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "dirname").symlink_to(shutil.which("dirname") or "")
    return tmp_path


def _program(tree: Path, name: str, script: str) -> Path:
    path = tree / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def _prepare(tree: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(tree / "portal" / "run" / "environment.sh"), "runtime"],
        env={"PATH": str(tree / "bin"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _install(tree: Path) -> None:
    """Leave what a finished installation leaves."""
    (tree / ".venv" / "bin").mkdir(parents=True)
    (tree / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tree / "node_modules").mkdir()
    for stamp, locked in (
        (".venv/.runtime-locked", "requirements/runtime.txt"),
        ("node_modules/.locked", "package-lock.json"),
    ):
        (tree / stamp).write_text(hashlib.sha256((tree / locked).read_bytes()).hexdigest(), encoding="utf-8")


def test_too_old_python_gives_one_sentence(tree: Path) -> None:
    _program(tree, "python3", 'if [ "$1" = --version ]; then echo "Python 3.9.2"; else exit 1; fi')

    done = _prepare(tree)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11, 3.12 or 3.13; found: Python 3.9.2" in done.stderr


def test_chosen_python_that_does_not_fit_is_named(tree: Path) -> None:
    old = _program(tree, "old-python", "exit 1")

    done = _prepare(tree, PYTHON=str(old))

    assert done.returncode == 1
    assert str(old) in done.stderr


def test_first_python_that_fits_is_taken(tree: Path) -> None:
    _program(tree, "python3.13", "exit 1")
    _program(tree, "python3.12", 'if [ "$1" != -c ]; then echo "took 3.12 $2" >&2; fi')

    assert _prepare(tree).stderr == "took 3.12 runtime\n"


def test_python_without_venv_gives_one_sentence(tree: Path) -> None:
    (tree / "bin" / "python3").symlink_to(sys.executable)
    hidden = tree / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'ensurepip' else find(name, package)\n",
        encoding="utf-8",
    )

    done = _prepare(tree, PYTHONPATH=str(hidden))

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "python3-venv" in done.stderr


def test_second_start_installs_nothing(tree: Path) -> None:
    _install(tree)

    done = _prepare(tree)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("locked", ["requirements/runtime.txt", "package-lock.json"])
def test_changed_lock_installs_again(tree: Path, locked: str) -> None:
    _install(tree)
    with (tree / locked).open("a", encoding="utf-8") as file:
        file.write("\n")
    # Stand-ins for uv and npm say that they were called, and with what.
    for name in ("uv", "npm"):
        _program(tree, name, f'echo "{name} $*"')

    done = _prepare(tree)

    assert done.returncode == 0
    expected = "--require-hashes" if locked.endswith(".txt") else "npm ci --ignore-scripts"
    assert expected in done.stdout
    assert _prepare(tree).stdout == ""


def test_failed_installation_is_tried_again(tree: Path) -> None:
    _install(tree)
    (tree / ".venv" / ".runtime-locked").unlink()
    _program(tree, "uv", "echo cannot reach the packages >&2; exit 2")

    for _ in range(2):
        done = _prepare(tree)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == "The packages could not be installed: the lines above say why."


def test_scripts_are_plain_shell_and_standard_library() -> None:
    """Both run before anything is installed."""
    assert subprocess.run(["/bin/sh", "-n", ROOT / "portal/run/environment.sh"], check=False).returncode == 0
    isolated = [sys.executable, "-I", "-S", "-c", "import runpy, sys; runpy.run_path(sys.argv[1])"]
    script = str(ROOT / "portal/run/environment.py")
    assert subprocess.run([*isolated, script], env=dict(os.environ), check=False).returncode == 0
