"""What `make run` refuses before it starts anything, each in one sentence."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.run.options import CannotRun, Options, check_port, lock, simulator_port
from portal.run.ports import choose_port, is_free, loopback_addresses


def _options(var: Path, port: int = 8000) -> Options:
    return Options.read({"PORTAL_VAR": str(var), "PORTAL_PORT": str(port)})


def test_options_default_to_port_8000_and_a_demo() -> None:
    options = Options.read({})
    assert (options.port, options.var.name, options.demo) == (8000, "var", True)


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(CannotRun, match="PORTAL_PORT must be a port number"):
        Options.read({"PORTAL_PORT": port})


@pytest.mark.parametrize("address", loopback_addresses())
def test_port_taken_on_either_loopback_address_is_busy(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    port = choose_port()
    with socket.create_server((address, port), family=family):
        assert not is_free(port)
    assert is_free(port)


def test_second_run_on_the_same_data_is_refused(tmp_path: Path) -> None:
    held = lock(_options(tmp_path))
    with pytest.raises(CannotRun, match="Another portal already runs"):
        lock(_options(tmp_path))
    held.close()
    lock(_options(tmp_path)).close()


def test_simulator_keeps_its_port(tmp_path: Path) -> None:
    first = simulator_port(_options(tmp_path))
    assert simulator_port(_options(tmp_path)) == first


def test_simulator_port_taken_by_another_program_is_refused(tmp_path: Path) -> None:
    port = simulator_port(_options(tmp_path))
    with socket.create_server(("127.0.0.1", port)), pytest.raises(CannotRun, match=f"Port {port} is taken"):
        simulator_port(_options(tmp_path))


def test_free_port_passes(tmp_path: Path) -> None:
    check_port(_options(tmp_path, choose_port()))


@pytest.mark.processes
def test_busy_port_gives_one_sentence_and_starts_nothing(tmp_path: Path) -> None:
    port = choose_port()
    with socket.create_server(("127.0.0.1", port)):
        done = subprocess.run(
            [sys.executable, "-m", "portal.run"],
            env={"PORTAL_PORT": str(port), "PORTAL_VAR": str(tmp_path)},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"Port {port} is taken by another program: stop that, or set PORTAL_PORT to another port.\n"
    )
    assert not list((tmp_path / "log").iterdir())
