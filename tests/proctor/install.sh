#!/usr/bin/env bash
# A PostgreSQL server for the gradebook tests, openssl for a certificate: the system's, else Debian's (as root).
set -euo pipefail
missing=()
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
command -v openssl >/dev/null || missing+=(openssl)
if [ ${#missing[@]} = 0 ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "== For the grader's tests: installing Debian's ${missing[*]}"
  # The tests start a server of their own: the package need not.
  mkdir -p /etc/postgresql-common && [ -e /etc/postgresql-common/createcluster.conf ] || \
    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null; then exit 0; fi
fi
echo "The grader's tests need ${missing[*]}. Install it (on Debian and Ubuntu: apt install ${missing[*]}), and run this again." >&2
exit 1
