"""`python -m simulator`: read the options, listen, say where."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from simulator.application import Application
from simulator.server import build_server, die_with_parent
from simulator.store import Settings, Store, UnreadableState


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description="A stand-in for the 10DLC API.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default %(default)s)")
    parser.add_argument("--port", type=int, default=8010, help="0 takes a free one (default %(default)s)")
    parser.add_argument("--api-key", help="accept this key only; needs --api-secret")
    parser.add_argument("--api-secret", help="the secret of --api-key")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep everything in this file")
    parser.add_argument("--speed", type=_positive, default=1.0, help="how much faster waits pass (default 1)")
    parser.add_argument("--no-uniqueness", action="store_true", help="accept the same EIN or number again")
    parser.add_argument("--no-revet-limit", action="store_true", help="accept more than one revet a brand")
    parser.add_argument("--verbose", action="store_true", help="log each request")
    return parser


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = build_parser()
    options = parser.parse_args(arguments)
    if (options.api_key is None) != (options.api_secret is None):
        parser.error("--api-key and --api-secret belong together")
    return options


def build_application(options: argparse.Namespace) -> Application:
    settings = Settings(
        uniqueness=not options.no_uniqueness, revet_limit=not options.no_revet_limit, speed=options.speed
    )
    credentials = (options.api_key, options.api_secret) if options.api_key is not None else None
    return Application(Store(settings=settings, state=options.state), credentials)


def main() -> int:
    options = parse_options()
    if os.environ.get("SIMULATOR_DIE_WITH_PARENT") == "1":
        die_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        application = build_application(options)
        server = build_server(application, options.host, options.port, verbose=options.verbose)
    except UnreadableState as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as problem:
        reason = str(problem.strerror).partition(" (")[0]
        print(f"Cannot listen on {options.host}:{options.port}: {reason}.", file=sys.stderr)
        return 1
    print(f"Simulator listening on http://{options.host}:{server.port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
