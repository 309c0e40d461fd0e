#!/bin/sh
# Every check that reads the code without testing it. All of them run; one failure fails the whole.
set -u
cd "$(dirname "$0")/.."

python=.venv/bin/python
failed=""

check() {
  name=$1
  shift
  started=$(date +%s)
  if output=$("$@" 2>&1); then
    echo "ok    $name ($(($(date +%s) - started)) s)"
  else
    printf '%s\n' "$output"
    echo "FAIL  $name"
    failed="$failed $name"
  fi
}

# The settings of a production that does not exist: these checks open no connection.
production() {
  env DUNWELL_PRODUCTION=1 DEBUG=0 \
    SECRET_KEY=kqhzRfX2mVw7tJ0sLb4uYc9eNd6aGp1oZi8xQyT3rEvUnHjM5W \
    ALLOWED_HOSTS=dunwell.example SITE_URL=https://dunwell.example \
    DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
    EMAIL_URL=smtp://127.0.0.1:1 DEFAULT_FROM_EMAIL=post@dunwell.example \
    "$@"
}

check "ruff" $python -m ruff check .
check "ruff format" $python -m ruff format --check .
check "requirements" scripts/export-requirements.sh --check
check "import rules" .venv/bin/lint-imports --no-logo
check "templates" .venv/bin/djlint templates --lint --quiet
check "migrations and deploy" production env DJANGO_SETTINGS_MODULE=crm.settings PYTHONPATH=. $python scripts/check_django.py
check "translations" $python scripts/check_translations.py
check "mypy" $python -m mypy .

[ -z "$failed" ] || {
  echo "Failed:$failed" >&2
  exit 1
}
