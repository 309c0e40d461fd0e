#!/bin/sh
# Makes .venv with exactly the packages of uv.lock. Quick when there is nothing to do.
#   scripts/bootstrap.sh           what running needs
#   scripts/bootstrap.sh --tests   and what testing needs
set -eu
cd "$(dirname "$0")/.."

# The interpreter of this machine, never one that uv fetches.
export UV_PYTHON_DOWNLOADS=never
# A company's own certificate authority is known to the system, not to uv.
if [ -s /etc/ssl/certs/ca-certificates.crt ]; then
  export UV_SYSTEM_CERTS=true
fi

# A distribution builds its Python optimised; one of a version manager's is often a fifth slower.
new_enough() { "$1" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
if [ -z "${PYTHON:-}" ]; then
  PYTHON=python3
  if new_enough /usr/bin/python3; then PYTHON=/usr/bin/python3; fi
fi
export PYTHON

packages="scripts/system-packages.sh"
if [ "${1:-}" = "--tests" ]; then
  packages="$packages --tests"
  # Tests load a part of what is installed, and compile it as they do.
  groups="--all-groups"
  compile=""
else
  groups="--no-dev --inexact"
  compile="--compile-bytecode"
fi

# Debian's packages and Python's do not wait for each other, unless there is no Python yet. What
# runs beside has the terminal too: sudo may ask.
new_enough "$PYTHON" || $packages
exec 3<&0
$packages <&3 &
installing=$!

# What is installed already, for this lock and this choice, is not looked at again.
mark=".venv/.bootstrapped"
state="$groups $(cksum < uv.lock)"
case "$(cat "$mark" 2>/dev/null || true)" in
  "$state" | "--all-groups ${state#"$groups "}") wait "$installing" && exit 0 || exit 1 ;;
esac

new_enough "$PYTHON" || {
  echo "Dunwell needs Python 3.11 or newer with its venv; $PYTHON is $("$PYTHON" -V). Set PYTHON." >&2
  exit 1
}
[ -x .venv/bin/python ] || "$PYTHON" -m venv --without-pip .venv
# In a corner of its own: uv removes from .venv whatever the lock does not name, itself included.
uv=".venv/.uv/bin/uv"
if [ ! -x "$uv" ]; then
  options="install -q --disable-pip-version-check --require-hashes -r scripts/uv.txt"
  # A pip of this machine's saves the seconds that making one takes.
  # shellcheck disable=SC2086  # a list of options
  { "$PYTHON" -m venv --without-pip .venv/.uv &&
    "$PYTHON" -m pip --python .venv/.uv/bin/python $options 2>/dev/null; } || {
    "$PYTHON" -m venv --clear .venv/.uv
    .venv/.uv/bin/pip $options
  }
fi
# shellcheck disable=SC2086  # a list of options
UV_PROJECT_ENVIRONMENT="$PWD/.venv" "$uv" sync -q --frozen $compile $groups --python .venv/bin/python
printf '%s\n' "$state" > "$mark"
wait "$installing"
