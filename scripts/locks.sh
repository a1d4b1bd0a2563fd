#!/usr/bin/env bash
# Locks requirements*.in: exact versions with hashes for every system, Python 3.11 and newer, no index addresses.
# Versions stay as they are; `scripts/locks.sh --upgrade` takes the newest, `--upgrade-package NAME` one of them.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --no-cache-dir "uv==0.13.9"

for name in requirements requirements-dev; do
    .venv/bin/uv pip compile --quiet --no-cache --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links "$@" "$name.in" --output-file "$name.txt"
    echo "locks: $name.txt, $(grep -c '==' "$name.txt") packages"
done
