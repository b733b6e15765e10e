#!/bin/sh
# Makes .venv and node_modules fit the locked requirements: environment.sh runtime|dev
# Finds a Python between 3.11 and 3.13 (or takes $PYTHON), the rest is environment.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

if [ -n "${PYTHON:-}" ]; then
    candidates=$PYTHON
else
    candidates="$root/.venv/bin/python python3.13 python3.12 python3.11 python3"
fi
for candidate in $candidates; do
    if "$candidate" -c "$fits" 2>/dev/null; then
        exec "$candidate" "$here/environment.py" "$1"
    fi
done

if [ -n "${PYTHON:-}" ]; then
    echo "The portal needs Python 3.11, 3.12 or 3.13, and PYTHON=$PYTHON is none of them." >&2
else
    found=$(python3 --version 2>/dev/null || echo "none")
    echo "The portal needs Python 3.11, 3.12 or 3.13; found: $found. Install one, or name it with PYTHON=/path/to/python." >&2
fi
exit 1
