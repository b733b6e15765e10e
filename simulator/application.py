"""The WSGI application: finds the operation, lets faults have their say, and keeps the ledger."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Request, Response

from simulator import control, operations, owned, problems, triggers
from simulator.call import Answer, Call
from simulator.faults import Dropped, Fault, Faults, respond, spoil
from simulator.limits import Buckets
from simulator.page import overview
from simulator.problems import Problem
from simulator.records import LedgerRow
from simulator.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LARGEST_BODY = 1_000_000


@dataclass
class Arrival:
    """A request to the API as it came in, before anything was decided about it."""

    request: Request
    data: bytes
    operation: str
    arguments: Mapping[str, Any]
    refusal: Problem | None
    row: LedgerRow | None = None
    fault: Fault | None = None


@dataclass
class Application:
    """`credentials` of None accepts every key, each with its own things."""

    store: Store
    credentials: tuple[str, str] | None = None
    faults: Faults = field(default_factory=Faults)
    buckets: Buckets = field(default_factory=Buckets)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = LARGEST_BODY
        try:
            response = self.answer(request)
        except HTTPException as problem:
            response = problem.get_response(environ)
        return response(environ, start_response)

    def answer(self, request: Request) -> Response:
        if request.path == "/":
            with self.store.lock:
                return overview(self.store, self.faults)
        if request.path.startswith(control.PREFIX):
            return control.answer(request, self.store, self.faults)
        with self._counted():
            return self._api(self._receive(request))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Whoever moves the clock can wait for what still hangs here."""
        with self.store.lock:
            self.store.under_way += 1
        try:
            yield
        finally:
            with self.store.lock:
                self.store.under_way -= 1
                self.store.quiet.notify_all()

    def _receive(self, request: Request) -> Arrival:
        """Read the request to its end, enter it in the ledger, and see whether a fault is due."""
        data = request.get_data()
        arrival = _find(request, data)
        with self.store.lock:
            if request.method in WRITES:
                row = self.store.receive(request.method, request.path, _readable(data))
                row.operation, row.key = arrival.operation, _key(request)
                arrival.row = row
            else:
                self.store.reads[arrival.operation or "unknown"] += 1
            arrival.fault = self.faults.take(request.method, request.path, arrival.operation)
            if arrival.row and arrival.fault:
                arrival.row.fault = f"{arrival.fault.kind} {arrival.fault.when}"
                self.store.save()
        return arrival

    def _api(self, arrival: Arrival) -> Response:
        fault = arrival.fault
        if fault is None:
            return self._sent(arrival, respond(self._work(arrival)))
        if fault.when == "after":
            done: Answer | None = self._work(arrival)
            if fault.kind == "hang":
                self.faults.wait(fault)
        elif fault.kind == "hang":
            done = self._work_late(arrival, fault)
        else:
            done = None
        return self._sent(arrival, spoil(fault, done, arrival.operation))

    def _work_late(self, arrival: Arrival, fault: Fault) -> Answer:
        """The request hangs first; then the connection just ends, or the work is done after all."""
        self.faults.wait(fault)
        if fault.params.get("then", "close") == "close":
            raise Dropped(reset=False)
        return self._work(arrival)

    def _sent(self, arrival: Arrival, response: Response) -> Response:
        if arrival.row:
            with self.store.lock:
                arrival.row.status = response.status_code
                self.store.save()
        return response

    def _work(self, arrival: Arrival) -> Answer:
        """Do what is asked; whatever it changed is in the state file before anyone hears of it."""
        with self.store.lock:
            try:
                return self._handled(arrival)
            except Problem as problem:
                is_ours = arrival.operation != owned.list_owned.__name__
                return Answer(problem.status, problem.document() if is_ours else owned.refusal(problem))
            finally:
                if arrival.row or arrival.operation == "check_use_case":
                    self.store.save()

    def _handled(self, arrival: Arrival) -> Answer:
        key = self._authenticate(arrival.request)
        self._throttle(key, write=arrival.row is not None)
        if arrival.refusal:
            raise arrival.refusal
        _check_content(arrival)
        call = Call(self.store, key, arrival.data, arrival.request.args, arrival.row)
        return operations.HANDLERS[arrival.operation](call, **arrival.arguments)

    def _authenticate(self, request: Request) -> str:
        sent = request.authorization
        if sent is None or sent.type != "basic" or not sent.username or not sent.password:
            raise problems.unauthorized()
        if self.credentials is not None:
            pair = (sent.username, sent.password)
            same = [
                hmac.compare_digest(a.encode(), b.encode())
                for a, b in zip(pair, self.credentials, strict=True)
            ]
            if not all(same):
                raise problems.unauthorized()
        if sent.password == triggers.WRONG_SECRET:
            raise problems.unauthorized()
        if sent.password == triggers.FORBIDDEN_SECRET:
            raise problems.forbidden()
        return sent.username

    def _throttle(self, key: str, *, write: bool) -> None:
        settings = self.store.settings
        rate = settings.writes_per_second if write else settings.reads_per_second
        if not self.buckets.take(key, write, rate):
            raise problems.throttled(retry_after=1)


def _find(request: Request, data: bytes) -> Arrival:
    try:
        operation, arguments = operations.URLS.bind_to_environ(request.environ).match()
    except MethodNotAllowed:
        return Arrival(request, data, "", {}, problems.wrong_verb(request.method))
    except HTTPException:
        return Arrival(request, data, "", {}, problems.not_found(request.path))
    return Arrival(request, data, operation, arguments, None)


def _check_content(arrival: Arrival) -> None:
    """A body where none belongs, or of another type, is a mistake of the client's."""
    if arrival.request.method in ("GET", "HEAD", "DELETE"):
        if arrival.data:
            raise problems.invalid_json(f"a {arrival.request.method} request has no body")
    elif arrival.request.mimetype != "application/json":
        raise problems.content_type()


def _key(request: Request) -> str:
    return (request.authorization and request.authorization.username) or ""


def _readable(data: bytes) -> Any:
    try:
        return json.loads(data) if data else None
    except (ValueError, RecursionError):
        return data.decode("utf-8", "replace")
