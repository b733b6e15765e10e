"""Become the given command, and be ended by the kernel when the supervisor dies.

Usage: child.py PARENT SIGNAL COMMAND... It is a plain script so that it starts in milliseconds.
The death signal exists on Linux only; elsewhere a killed supervisor leaves its children running.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, death_signal, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above took hold
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - the supervisor's own command line


if __name__ == "__main__":
    main()
