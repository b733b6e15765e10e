"""Health checks of the containers: `python -m portal.run.health web` or `beat`; exit code 0 is healthy."""

from __future__ import annotations

import http.client
import os
import sys
import time
from contextlib import closing
from pathlib import Path

BEAT_SILENCE_SECONDS = 600  # beat writes its schedule every three minutes


def main() -> int:
    checks = {"web": is_web_healthy, "beat": is_beat_healthy}
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in checks:
        print(f"Say which: {' or '.join(checks)}", file=sys.stderr)
        return 2
    return 0 if checks[name]() else 1


def is_web_healthy() -> bool:
    """Asks under a name that the installation allows: Django refuses every other."""
    port = int(os.environ.get("PORTAL_PORT") or "8000")
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*") or "localhost"
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=4)) as connection:
            connection.request("GET", "/healthz", headers={"Host": host})
            return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def is_beat_healthy() -> bool:
    files = Path(os.environ.get("PORTAL_VAR") or "var").glob("beat-schedule*")
    return any(time.time() - file.stat().st_mtime < BEAT_SILENCE_SECONDS for file in files)


if __name__ == "__main__":
    sys.exit(main())
