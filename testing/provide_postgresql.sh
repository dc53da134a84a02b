#!/usr/bin/env bash
# Print the folder of a real PostgreSQL's programs, installing Debian's package where there is none.
#
# Order: `postgres` on PATH, Debian's folders, apt-get.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

usable() { [ -x "$1/postgres" ] && [ -x "$1/initdb" ]; }

newest() {
    local folder
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5,5nr); do
        if usable "$folder"; then echo "$folder"; return 0; fi
    done
    return 1
}

if command -v postgres >/dev/null 2>&1; then
    # A link on PATH stands for the folder that it points into, which has the other programs.
    folder=$(dirname "$(readlink -f "$(command -v postgres)")")
    if usable "$folder"; then echo "$folder"; exit 0; fi
fi
if newest; then exit 0; fi

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

command -v apt-get >/dev/null 2>&1 || { say "no PostgreSQL: install its server, see https://www.postgresql.org/download/"; exit 1; }
say "installing Debian's postgresql …"
as_root apt-get update -qq >&2
# The package of the server would otherwise make a cluster and start it.
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common >&2
as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
newest || { say "Debian's postgresql is installed, and has no server under /usr/lib/postgresql"; exit 1; }
