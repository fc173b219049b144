#!/usr/bin/env bash
# A PostgreSQL server for the gradebook tests: the system's if there is one, else Debian's (as root).
set -euo pipefail
if command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "== PostgreSQL: installing Debian's server"
  # The tests start a server of their own: the package need not.
  mkdir -p /etc/postgresql-common && [ -e /etc/postgresql-common/createcluster.conf ] || \
    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; then exit 0; fi
fi
echo "No PostgreSQL server for the gradebook tests. Install one (on Debian and Ubuntu: apt install postgresql), and run this again." >&2
exit 1
