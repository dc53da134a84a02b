#!/usr/bin/env bash
# Clears the thumbnail cache of a shop and asks the renderer to rebuild it.

CACHE_ROOT=${CACHE_ROOT:-/var/cache/shopfront}
RENDERER=${RENDERER:-http://127.0.0.1:8190}

if [ $# -lt 1 ]; then
    echo "usage: ${0##*/} shop..." >&2
    exit 64
fi

clear_cache() {
    cd "$CACHE_ROOT/$1/thumbs"
    rm -rf -- *
}

rebuild() {
    curl --fail --silent --show-error --max-time 30 \
        --request POST "$RENDERER/shops/$1/rebuild" > /dev/null
}

failed=0
for shop in "$@"; do
    case $shop in
        *[!a-z0-9-]* | '')
            echo "not a shop id: $shop" >&2
            failed=1
            continue
            ;;
    esac
    clear_cache "$shop"
    if ! rebuild "$shop"; then
        echo "rebuild of $shop failed" >&2
        failed=1
    fi
done
exit "$failed"
