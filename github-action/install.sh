#!/usr/bin/env bash
# Install coderasst from the folder that this script came with, into an environment of its own.
#
# Takes PYTHON (an interpreter; empty means python3), INPUT_INSTALL_ONLY ("true" adds to PATH) and
# INPUT_EXTRAS (of the package, as in "train,postgresql").
set -euo pipefail

python=${PYTHON:-python3}
home=$RUNNER_TEMP/coderasst
venv=$home/venv

fail() { printf '::error title=coderasst::%s\n' "$*"; exit 2; }

# -I: the current folder is the pull request's, and a venv.py or pip.py in it must not be imported.
"$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    fail "$python is not Python 3.10 or newer: name a version in the input python, as in python: '3.12'"

extras=${INPUT_EXTRAS// /}
[[ $extras =~ ^([a-z]+(,[a-z]+)*)?$ ]] ||
    fail "the input extras names extras of the package, as in extras: train,postgresql"

# An earlier step of the same job may have installed it.
if ! "$venv/bin/coderasst" --version >/dev/null 2>&1; then
    "$python" -I -m venv --clear "$venv" ||
        fail "$python makes no virtual environment: install its venv module, as in apt-get install python3-venv"
    install=true
fi
if [ "${install:-$extras}" ]; then
    package=$(dirname "$0")/..
    "$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check "$package${extras:+[$extras]}"
fi

if [ "$INPUT_INSTALL_ONLY" = true ]; then
    # A folder of its own, or the environment's python would come before the caller's.
    mkdir -p "$home/bin"
    for command in coderasst coderasst-train; do
        if [ -x "$venv/bin/$command" ]; then ln -sf "$venv/bin/$command" "$home/bin/$command"; fi
    done
    printf '%s\n' "$home/bin" >>"$GITHUB_PATH"
fi
