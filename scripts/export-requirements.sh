#!/bin/sh
# Writes requirements.txt and requirements-dev.txt from uv.lock, for plain `pip install -r`.
#   scripts/export-requirements.sh           after a change of uv.lock
#   scripts/export-requirements.sh --check   fails when they are not what the lock says
set -eu
cd "$(dirname "$0")/.."

export_to() {
  .venv/.uv/bin/uv export -q --frozen --no-emit-project --no-header --no-annotate "$2" > "$1"
}

if [ "${1:-}" = "--check" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  export_to "$folder/requirements.txt" --no-dev
  export_to "$folder/requirements-dev.txt" --all-groups
  for name in requirements.txt requirements-dev.txt; do
    cmp -s "$folder/$name" "$name" || {
      echo "$name is not what uv.lock says: run scripts/export-requirements.sh" >&2
      exit 1
    }
  done
else
  export_to requirements.txt --no-dev
  export_to requirements-dev.txt --all-groups
fi
