#!/usr/bin/env bash
# Print a folder that holds `act` and `actionlint`, building them where it is not there yet.
#
# Order: $CODERASST_TEST_ACTIONS_TOOLS, the cache outside the tree, a build from source with Go.
# The build takes about two minutes on two cores and is kept in ${XDG_CACHE_HOME:-~/.cache}/coderasst-test.
set -euo pipefail

act=v0.2.89
actionlint=v1.7.12
cache=${XDG_CACHE_HOME:-$HOME/.cache}/coderasst-test
folder=$cache/actions-tools-$act-$actionlint

say() { printf '%s\n' "$*" >&2; }

if [ -n "${CODERASST_TEST_ACTIONS_TOOLS:-}" ]; then echo "$CODERASST_TEST_ACTIONS_TOOLS"; exit 0; fi
if [ -x "$folder/act" ] && [ -x "$folder/actionlint" ]; then echo "$folder"; exit 0; fi

command -v go >/dev/null 2>&1 || { say "no Go to build act and actionlint: install it, see https://go.dev/dl"; exit 1; }

mkdir -p "$cache"
work=$(mktemp -d "$cache/actions-tools.XXXXXX")
trap 'rm -rf "$work"' EXIT

say "building act $act and actionlint $actionlint once (about two minutes on two cores) …"
GOBIN=$work/bin go install "github.com/nektos/act@$act" >&2
GOBIN=$work/bin go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint" >&2
# A rename is atomic, so a build that is cut short leaves no half binary in the cache.
mkdir -p "$folder"
mv "$work/bin/act" "$work/bin/actionlint" "$folder"
echo "$folder"
