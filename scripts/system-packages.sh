#!/bin/sh
# Installs the Debian packages that Dunwell needs and pip cannot bring. Does nothing where they are.
#   scripts/system-packages.sh           to run: text layout for PDFs
#   scripts/system-packages.sh --tests   to test as well: gettext, Chromium without a window, poppler
set -eu

run_needs="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 python3-venv"
test_needs="make gettext chromium-headless-shell poppler-utils"

wanted=$run_needs
if [ "${1:-}" = "--tests" ]; then
  wanted="$run_needs $test_needs"
fi

# What is used counts, not where it came from: a library or program from elsewhere is as good.
present() {
  case "$1" in
    libpango-1.0-0) library libpango-1.0.so.0 ;;
    libpangoft2-1.0-0) library libpangoft2-1.0.so.0 ;;
    libharfbuzz-subset0) library libharfbuzz-subset.so.0 ;;
    python3-venv) "${PYTHON:-python3}" -c 'import ensurepip' 2>/dev/null ;;
    make) command -v make ;;
    gettext) command -v msgfmt ;;
    # The whole of Chromium is as good, only heavier.
    chromium-headless-shell) command -v chromium-headless-shell || command -v chromium ;;
    poppler-utils) command -v pdftoppm ;;
  esac
}

library() {
  PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -qF "$1"
}

missing=""
for package in $wanted; do
  present "$package" >/dev/null || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "These packages are missing (Debian names); install them and run this again:$missing" >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  as_root=""
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root="sudo"
else
  echo "These packages are missing. As root, run:" >&2
  echo "  apt-get install --no-install-recommends$missing" >&2
  exit 1
fi

echo "Installing system packages:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  # both are lists of words
install() { $as_root apt-get install -y -q --no-install-recommends $missing; }
# A fresh machine has no package lists yet, an old one stale ones: fetch them when they are needed.
install >/dev/null 2>&1 || { $as_root apt-get update -q && install; }
