#!/usr/bin/env bash
# A browser for the page tests: the system's if there is one, else Debian's (as root), else playwright's own.
set -euo pipefail
for browser in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/google-chrome; do
  if [ -n "$browser" ] && [ -x "$browser" ]; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "== Browser: installing Debian's Chromium"
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; then exit 0; fi
fi
echo "== Browser: installing playwright's Chromium"
python -m playwright install chromium || {
  echo "No browser for the page tests. Install Chromium, or set CHROMIUM=/path/to/chromium, and run 'make test' again." >&2
  exit 1
}
