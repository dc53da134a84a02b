#!/usr/bin/env bash
# Print the folder of a llama.cpp with its converters and a built llama-quantize, making one where none is.
#
# Order: $CODERASST_TEST_LLAMA_CPP, the cache outside the tree, a build from source.
# The source distribution of PyPI's llama-cpp-python carries a whole llama.cpp. The build takes about five
# minutes on two cores and is kept in ${XDG_CACHE_HOME:-~/.cache}/coderasst-test.
set -euo pipefail

version=0.3.36    # of llama-cpp-python; its vendor/llama.cpp is what is built
cache=${XDG_CACHE_HOME:-$HOME/.cache}/coderasst-test
folder=$cache/llama.cpp-$version

say() { printf '%s\n' "$*" >&2; }

if [ -n "${CODERASST_TEST_LLAMA_CPP:-}" ]; then echo "$CODERASST_TEST_LLAMA_CPP"; exit 0; fi
if [ -x "$folder/build/bin/llama-quantize" ]; then echo "$folder"; exit 0; fi

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
if ! command -v cmake >/dev/null 2>&1 || ! command -v c++ >/dev/null 2>&1; then
    as_root apt-get update -qq >&2
    as_root apt-get install -y -qq --no-install-recommends cmake make g++ >&2
fi

mkdir -p "$cache"
# Beside its place, so that the last step is a rename.
work=$(mktemp -d "$cache/llama.cpp.XXXXXX")
trap 'rm -rf "$work"' EXIT
source=$work/source
mkdir "$source" "$work/sdist"

say "building llama.cpp's llama-quantize once (about five minutes on two cores) …"
# Only this one from source: what its build needs may come as wheels.
python3 -m pip download --quiet --no-deps --no-binary llama-cpp-python -d "$work/sdist" "llama-cpp-python==$version" >&2
tar -xzf "$work"/sdist/llama_cpp_python-*.tar.gz -C "$source" --wildcards --strip-components=3 '*/vendor/llama.cpp'

# Not native: a cache may be carried to a machine with another processor. Static: no library to find.
cmake -S "$source" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DGGML_NATIVE=OFF \
    -DGGML_OPENMP=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
    -DLLAMA_BUILD_SERVER=OFF >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; exit 1; }
cmake --build "$work/build" --target llama-quantize -j "$(nproc)" >"$work/log" 2>&1 ||
    { tail -n 30 "$work/log" >&2; exit 1; }

# What is used of a llama.cpp checkout, where it lies in one.
mkdir -p "$work/made/build/bin"
mv "$work/build/bin/llama-quantize" "$work/made/build/bin/"
for part in convert_hf_to_gguf.py convert_lora_to_gguf.py conversion gguf-py LICENSE; do
    mv "$source/$part" "$work/made/"
done
# Where another build was faster, its folder is as good; a folder cannot be renamed over a full one.
mv -T "$work/made" "$folder" 2>/dev/null || test -x "$folder/build/bin/llama-quantize"
echo "$folder"
