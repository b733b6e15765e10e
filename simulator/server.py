"""The HTTP server around the application, and how it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import sys
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator.application import Application
from simulator.faults import Dropped

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
PR_SET_PDEATHSIG = 1


class RequestHandler(WSGIRequestHandler):
    verbose = False

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Also where a fault drops the connection itself.

        Detaching closes the descriptor at once: the usual way would say goodbye first, and no reset be sent.
        """
        self.close_connection = True
        if isinstance(error, Dropped) and error.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            socket.close(self.connection.detach())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.verbose:
            super().log_request(code, size)


class VerboseRequestHandler(RequestHandler):
    verbose = True


def build_server(
    application: Application, host: str = "127.0.0.1", port: int = 0, *, verbose: bool = False
) -> BaseWSGIServer:
    """Listening from the moment this returns; port 0 takes a free one. Raises OSError when it cannot."""
    listener = socket.create_server((host, port), backlog=128)
    handler = VerboseRequestHandler if verbose else RequestHandler
    server = make_server(
        host,
        listener.getsockname()[1],
        application,
        threaded=True,
        request_handler=handler,
        fd=listener.fileno(),
    )
    listener.close()
    return server


def die_with_parent() -> None:
    """Ask Linux for SIGTERM when the parent ends; elsewhere nothing happens.

    The kernel means the thread that started us, so a supervisor starts children from one that stays.
    """
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)
