#!/usr/bin/env bash
# Restores the dump of one tenant database.
set -euo pipefail

readonly DUMP_DIR=/srv/dumps

usage() {
    echo "usage: ${0##*/} [-j jobs] [-s data|schema] tenant" >&2
    exit 64
}

args=(--exit-on-error --no-owner)
while getopts 'j:s:' opt; do
    case $opt in
        j)
            [[ $OPTARG =~ ^[1-9][0-9]?$ ]] || usage
            args+=(--jobs="$OPTARG")
            ;;
        s)
            case $OPTARG in
                data) args+=(--data-only) ;;
                schema) args+=(--schema-only) ;;
                *) usage ;;
            esac
            ;;
        *) usage ;;
    esac
done
shift $((OPTIND - 1))

[[ $# -eq 1 && $1 =~ ^[a-z][a-z0-9_]{1,30}$ ]] || usage
tenant=$1

dump="$DUMP_DIR/$tenant.dump"
if [[ ! -r $dump ]]; then
    echo "no dump for $tenant" >&2
    exit 66
fi

pg_restore "${args[@]}" --dbname="tenant_$tenant" -- "$dump"
