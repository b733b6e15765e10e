"""The command: its options, its state file, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from simulator.clock import Clock
from simulator.store import Store, UnreadableState
from tests.simulator.conftest import BRAND, CAMPAIGN, Api
from tests.simulator_process import ROOT, SimulatorProcess

pytestmark = pytest.mark.processes


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=20
    )


def test_state_survives_a_kill_and_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "simulator.json"
    simulator = SimulatorProcess(state=state, speed=1000)
    with simulator:
        api = Api(simulator.url)
        brand_id = api("POST", "/brands", BRAND).json()["brand_id"]
        simulator.control("clock", {"advance": 100})
        path = f"/brands/{brand_id}/campaigns"
        api("GET", f"/brands/{brand_id}/usecases/ACCOUNT_NOTIFICATION")
        api("POST", path, CAMPAIGN)
        simulator.control("clock", {"advance": 100})
        before = simulator.control("objects"), simulator.ledger()
        simulator.kill()

        simulator.start()

        assert (simulator.control("objects"), simulator.ledger()) == before
        assert api("POST", path, CAMPAIGN).status_code == 201
    assert before[0]["campaigns"][0]["status"] == "ACTIVE"
    assert sorted(one.name for one in state.parent.iterdir()) == ["simulator.json"]


def test_options_reach_the_settings() -> None:
    with SimulatorProcess(
        speed=4, no_uniqueness=True, no_revet_limit=True, api_key="abcd1234", api_secret="right"
    ) as simulator:
        settings = simulator.control("settings")
        statuses = [Api(simulator.url, secret=one)("GET", "/brands").status_code for one in ("right", "left")]

    assert (settings["speed"], settings["uniqueness"], settings["revet_limit"]) == (4.0, False, False)
    assert statuses == [200, 401]


def test_control_takes_the_address_with_its_prefix() -> None:
    with SimulatorProcess() as simulator:
        assert simulator.control("/_simulator/reset", {}) == {"reset": True}


def test_term_ends_the_process_quietly_even_while_a_request_hangs() -> None:
    simulator = SimulatorProcess().start()
    process = simulator.process
    assert process is not None
    simulator.control("faults", {"kind": "hang", "params": {"seconds": 60}})
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{simulator.url}/v1/10dlc/brands", timeout=0.2)

    begun = time.monotonic()
    simulator.stop()

    assert (process.returncode, time.monotonic() - begun < 3) == (0, True)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells a child of its parent's end"
)
def test_simulator_ends_with_its_parent() -> None:
    script = (
        "import subprocess, sys, time\n"
        "command = [sys.executable, '-m', 'simulator', '--port', '0']\n"
        "child = subprocess.Popen(command, stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"SIMULATOR_DIE_WITH_PARENT": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert _ends(child)


def _ends(pid: int) -> bool:
    """Gone, or a zombie that nobody has collected yet."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True
        if stat.rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_busy_port_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = run("--port", str(port))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Cannot listen on 127.0.0.1:{port}: Address already in use.\n"


@pytest.mark.parametrize("arguments", [("--speed", "0"), ("--api-key", "a"), ("--colour", "red")])
def test_impossible_options_are_refused(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert "error:" in done.stderr


def test_foreign_state_file_is_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "notes.json"
    state.write_text('{"something": "else"}')

    done = run("--port", "0", "--state", str(state))

    assert done.returncode == 2
    assert "is not a state file of the simulator" in done.stderr
    assert state.read_text() == '{"something": "else"}'


def test_state_of_another_format_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    Store(state=state).save()
    state.write_text(json.dumps(json.loads(state.read_text()) | {"format": 99}))

    with pytest.raises(UnreadableState, match="format 99"):
        Store(state=state)


def test_clock_keeps_its_lead_over_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    store = Store(Clock(lambda: 100.0), state=state)
    store.clock.advance(50)
    store.save()

    assert Store(Clock(lambda: 100.0), state=state).now() == 150.0
