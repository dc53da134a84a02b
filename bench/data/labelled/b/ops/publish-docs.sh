#!/usr/bin/env bash
# Builds the manual and swaps it into the web root.
set -euo pipefail

readonly WEB_ROOT=${WEB_ROOT:?WEB_ROOT is not set}
readonly KEEP=3

workdir=$(mktemp -d)
trap 'rm -rf -- "$workdir"' EXIT

build() {
    make -C manual html BUILDDIR="$workdir/out"
    [[ -s $workdir/out/html/index.html ]] || {
        echo "manual was built without an index page" >&2
        return 1
    }
}

publish() {
    local release
    release="$WEB_ROOT/manual-$(date +%Y%m%d%H%M%S)"
    cp -R -- "$workdir/out/html" "$release"
    ln -sfn -- "$release" "$WEB_ROOT/manual"
}

prune() {
    cd -- "$WEB_ROOT" || return 1
    local releases=(manual-[0-9]*)
    local surplus=$((${#releases[@]} - KEEP))
    if ((surplus > 0)); then
        rm -rf -- "${releases[@]:0:surplus}"
    fi
}

build
publish
prune
