"""`make run`: the whole portal on this machine, with demo data, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys

from portal.run.options import CannotRun
from portal.run.supervisor import Supervisor


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m portal.run", description=__doc__)
    parser.add_argument(
        "--follow-parent", action="store_true", help="end when the process that started it does"
    )
    arguments = parser.parse_args()
    try:
        return Supervisor(os.environ, follow_parent=arguments.follow_parent).run()
    except CannotRun as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
