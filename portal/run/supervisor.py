"""Starts every process of a demo in order, keeps them alive, and ends them together."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

from portal.run import programs
from portal.run.children import Child
from portal.run.demo_people import PEOPLE
from portal.run.options import CannotRun, Options, check_port, lock, simulator_port
from portal.run.ports import accepts, answers, is_broker_ready

TICK_SECONDS = 0.05
WATCH_SECONDS = 0.25
START_SECONDS = 60.0
STOP_SECONDS = 4.0  # then what is left is killed: a stop takes under 5 s


class Stopped(Exception):
    """Somebody asked the supervisor to end."""


class Supervisor:
    def __init__(self, environment: Mapping[str, str], *, follow_parent: bool = False) -> None:
        self._options = Options.read(environment)
        self._environment = self._complete(environment)
        self._parent = os.getppid() if follow_parent else None
        self._children: list[Child] = []
        self._stopping = False

    def run(self) -> int:
        self._options.logs.mkdir(parents=True, exist_ok=True)
        held = lock(self._options)
        check_port(self._options)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            self._start()
            self._announce()
            while True:
                self._watch()
                self._pause(WATCH_SECONDS)
        except Stopped:
            print("Stopping ...", flush=True)
        finally:
            self._stop()
            held.close()
        return 0

    def _complete(self, environment: Mapping[str, str]) -> dict[str, str]:
        options = self._options
        return {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            **({"REGISTRY_SIMULATED_OPERATORS": "1"} if options.demo else {}),
            **environment,
            "PORTAL_MODE": environment.get("PORTAL_MODE") or "demo",
            "PORTAL_PORT": str(options.port),
            "PORTAL_VAR": str(options.var),
            "PYTHONUNBUFFERED": "1",
        }

    def _start(self) -> None:
        """The helpers start while the database is prepared; what serves people starts after it."""
        helpers = [*self._start_broker(), *self._start_simulator()]
        self._prepare()
        for child, is_ready in helpers:
            self._wait(child, is_ready)
        web = programs.web(self._options, self._environment)
        self._launch(web)
        self._launch(programs.worker(self._options, self._environment))
        self._wait(web, lambda: answers(self._options.port, "/healthz"))

    def _start_broker(self) -> Iterator[tuple[Child, Callable[[], bool]]]:
        if self._options.demo and not self._environment.get("REDIS_URL"):
            broker = programs.broker(self._options, self._environment)
            self._environment["REDIS_URL"] = broker.url
            self._launch(broker.child)
            yield broker.child, lambda: is_broker_ready(broker.port, broker.password)

    def _start_simulator(self) -> Iterator[tuple[Child, Callable[[], bool]]]:
        if self._options.demo and not self._environment.get("VONAGE_API_URL"):
            port = simulator_port(self._options)
            url = f"http://127.0.0.1:{port}"
            self._environment |= {"VONAGE_API_URL": url, "SIMULATOR_URL": url}
            child = programs.simulator(self._options, self._environment, port)
            self._launch(child)
            yield child, lambda: accepts(port)

    def _launch(self, child: Child) -> None:
        self._children.append(child)
        child.start()

    def _prepare(self) -> None:
        print("Preparing the database ...", flush=True)
        child = programs.preparation(self._options, self._environment)
        self._launch(child)
        while child.running:
            self._pause(TICK_SECONDS)
        if child.exit_code:
            raise CannotRun(
                f"{child.last_lines()}\nThe database could not be prepared: {child.log} says why."
            )
        self._children.remove(child)

    def _wait(self, child: Child, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while child.running and time.monotonic() < deadline:
            if is_ready():
                return
            self._pause(TICK_SECONDS)
        what = "did not answer" if child.running else "ended"
        raise CannotRun(f"{child.last_lines()}\n{child.name} {what} while starting: {child.log} says why.")

    def _announce(self) -> None:
        print(f"Portal ready: http://localhost:{self._options.port}/", flush=True)
        if self._options.demo:
            for person in PEOPLE:
                print(f"  Sign in as {person.role}: {person.email} / {person.password}")
            print(f"  E-mails land in {self._options.var / 'mail'}, logs in {self._options.logs}")
            print("  Ctrl-C stops everything; the data stays.", flush=True)

    def _watch(self) -> None:
        for child in self._children:
            if child.restart_at is not None:
                if time.monotonic() >= child.restart_at:
                    child.start()
                    print(f"{child.name} is started again.", flush=True)
            elif not child.running:
                delay = child.plan_restart()
                print(
                    f"{child.name} ended (exit code {child.exit_code}); starting it again in {delay:.0f} s. "
                    f"Its log: {child.log}",
                    flush=True,
                )

    def _pause(self, seconds: float) -> None:
        if self._parent is not None and os.getppid() != self._parent:
            self._stopping = True  # `make` was killed
        if self._stopping:
            raise Stopped
        time.sleep(seconds)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _stop(self) -> None:
        """The broker goes last: a worker that hands its messages back needs it."""
        deadline = time.monotonic() + STOP_SECONDS
        users = [child for child in self._children if child.name != "valkey"]
        self._end(users, deadline - 0.5)
        self._end(self._children, deadline)
        for child in self._children:
            child.kill_group()

    def _end(self, children: list[Child], deadline: float) -> None:
        for child in children:
            child.terminate()
        while any(child.running for child in children) and time.monotonic() < deadline:
            time.sleep(TICK_SECONDS)
