#!/usr/bin/env bash
# Build .venv from constraints.txt. Safe to repeat: does nothing when the pins have not changed.
set -euo pipefail
cd "$(dirname "$0")/../.."

python="${PYTHON:-python3.11}"
command -v "$python" >/dev/null || python=python3
"$python" - <<'PY' || { echo "Growth Analyst needs Python 3.11 or 3.12; set PYTHON=/path/to/python3.11 and try again." >&2; exit 2; }
import sys
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))
PY

stamp=.venv/.installed
want=$(cat constraints.txt pyproject.toml deploy/setup/venv.sh | sha256sum | cut -d' ' -f1)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
  exit 0
fi

say() { printf '\033[1m[setup %3ss]\033[0m %s\n' "$SECONDS" "$*"; }
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }

say "Building .venv (about 230 packages, 5 GB; 2 to 6 minutes depending on the network)"
[ -x .venv/bin/python ] || "$python" -m venv .venv

# torch first: the CPU build is not on every index. PyTorch's own index is asked for this one
# package only, so that a machine that cannot reach it loses no time on the rest.
want_torch=$(sed -n 's/^torch==//p' constraints.txt)
if [ "$(.venv/bin/python -c 'import torch; print(torch.__version__)' 2>/dev/null)" != "$want_torch+cpu" ]; then
  say "Installing torch $want_torch, CPU build"
  pip install -q "torch==$want_torch+cpu" 2>/dev/null ||
    pip install -q "torch==$want_torch+cpu" --index-url https://download.pytorch.org/whl/cpu ||
    pip install -q "torch==$want_torch"
fi
say "Installing the pinned packages"
pip install -q --no-deps -r constraints.txt
say "Installing Growth Analyst itself"
pip install -q --no-deps --no-build-isolation -e .
say "Compiling byte code, so that the first start is fast"
.venv/bin/python -m compileall -q -j 2 .venv/lib >/dev/null 2>&1 || true
echo "$want" > "$stamp"
say "Environment ready"
