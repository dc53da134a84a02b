#!/usr/bin/env bash
# Print the path of a real Ollama binary, building one where none is installed.
#
# Order: $CODERASST_TEST_OLLAMA, `ollama` on PATH, the cache outside the tree, a build from source.
# The build takes about five minutes on two cores and is kept in ${XDG_CACHE_HOME:-~/.cache}/coderasst-test.
set -euo pipefail

version=v0.24.0   # later releases need a separate llama.cpp checkout to build
miniaudio=1.61    # the PyPI source distribution that carries miniaudio.h
cache=${XDG_CACHE_HOME:-$HOME/.cache}/coderasst-test

# Go passes no -march: without these flags the server computes without vector instructions, and reads a
# prompt thirteen times more slowly.
vectors=
if grep -qsw avx2 /proc/cpuinfo && grep -qsw fma /proc/cpuinfo && grep -qsw f16c /proc/cpuinfo; then
    vectors=" -mavx2 -mfma -mf16c"
fi
binary=$cache/ollama-$version${vectors:+-avx2}/ollama

say() { printf '%s\n' "$*" >&2; }

if [ -n "${CODERASST_TEST_OLLAMA:-}" ]; then echo "$CODERASST_TEST_OLLAMA"; exit 0; fi
if command -v ollama >/dev/null 2>&1; then command -v ollama; exit 0; fi
if [ -x "$binary" ]; then echo "$binary"; exit 0; fi

command -v go >/dev/null 2>&1 || { say "no Ollama and no Go to build one: install either, see https://ollama.com/download"; exit 1; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

say "building Ollama $version once (about five minutes on two cores) …"
if ! [ -e /usr/include/nlohmann/json.hpp ] || ! [ -e /usr/include/stb/stb_image.h ]; then
    as_root apt-get update -qq >&2
    as_root apt-get install -y -qq --no-install-recommends nlohmann-json3-dev libstb-dev >&2
fi
python3 -m pip download --quiet --no-deps --no-binary :all: -d "$work/sdist" "miniaudio==$miniaudio" >&2
mkdir -p "$work/include"
tar -xzf "$work"/sdist/miniaudio-*.tar.gz -C "$work/include" --strip-components=1
# Ollama includes <miniaudio/miniaudio.h>; the source distribution keeps that folder at its top.
test -e "$work/include/miniaudio/miniaudio.h"

mkdir -p "$(dirname "$binary")"
GOBIN=$work/bin CGO_ENABLED=1 CGO_CPPFLAGS="-I$work/include" GOFLAGS=-mod=mod \
    CGO_CFLAGS="-O3$vectors" CGO_CXXFLAGS="-O3$vectors" \
    go install "github.com/ollama/ollama@$version" >&2
# A rename is atomic, so a build that is cut short leaves no half binary in the cache.
mv "$work/bin/ollama" "$binary.$$" && mv "$binary.$$" "$binary"
echo "$binary"
