#!/usr/bin/env bash
# Nightly dump of one tenant database. Options come from the settings file that
# the tenant edits in the self-service portal (key=value lines).
set -euo pipefail

readonly SETTINGS_DIR=/srv/portal/settings
readonly DUMP_DIR=/srv/dumps

usage() {
    echo "usage: ${0##*/} tenant" >&2
    exit 64
}

setting() {
    local file=$1 key=$2
    sed -n "s/^${key}=//p" "$file" | tail -n 1
}

dump() {
    local tenant=$1 file="$SETTINGS_DIR/$1.conf" options
    options=$(setting "$file" dump_options)
    eval "pg_dump --format=custom $options --file='$DUMP_DIR/$tenant.dump' 'tenant_$tenant'"
}

[[ $# -eq 1 ]] || usage
[[ $1 =~ ^[a-z][a-z0-9_]{1,30}$ ]] || usage
[[ -r "$SETTINGS_DIR/$1.conf" ]] || { echo "no settings for $1" >&2; exit 66; }

umask 077
dump "$1"
