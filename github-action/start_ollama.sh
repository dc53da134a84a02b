#!/usr/bin/env bash
# Run an Ollama on this runner, with INPUT_MODEL in it, and tell where: outputs `host` and `process`.
# With INPUT_INSTALL_ONLY, it is for the steps that follow, which find OLLAMA_HOST; a model may be named.
#
# Without a server the analyzers still review, and the report says that no model took part: what is
# missing on the runner is a warning here, and an error later for who asks for `llm: on`.
set -euo pipefail

version=v0.13.3   # the key of the cache in action.yml names it too
archive=https://github.com/ollama/ollama/releases/download/$version/ollama-linux-amd64.tgz
checksum=70a3d0f4cccd003641c5531d564a3494ed9a422e397c437d40f802ec1003c6eb
# The cache of action.yml keeps this folder.
folder=$RUNNER_TEMP/coderasst/ollama
log=$RUNNER_TEMP/coderasst/ollama.log
seconds=60

misused() { printf '::error title=coderasst::%s\n' "$*"; exit 2; }
unavailable() { printf '::warning title=coderasst::%s; reviewing without a model\n' "$*"; exit 0; }

[ "$INPUT_OLLAMA" = start ] || misused "the input ollama is 'start' or 'off'"
[ -z "$INPUT_OLLAMA_HOST" ] || misused "ollama: start and ollama-host exclude each other: leave one of them out"
[ "$INPUT_INSTALL_ONLY" = true ] || [ -n "$INPUT_MODEL" ] || misused "ollama: start needs a model, as in model: qwen2.5-coder:3b"

download() {
    [ "$(uname -sm)" = "Linux x86_64" ] ||
        unavailable "this runner has no Ollama: install it there, or name a server in the input ollama-host"
    local packed=$RUNNER_TEMP/coderasst/ollama.tgz
    curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$packed" "$archive" ||
        unavailable "Ollama $version cannot be downloaded"
    printf '%s  %s\n' "$checksum" "$packed" | sha256sum --check --status ||
        unavailable "the download of Ollama $version is not what was published"
    # Most of the archive is libraries for graphics cards.
    local without=()
    command -v nvidia-smi >/dev/null 2>&1 || without=(--exclude='*/cuda*')
    mkdir -p "$folder/server"
    tar -xzf "$packed" -C "$folder/server" "${without[@]}"
    rm "$packed"
}

ready() { curl --fail --silent --output /dev/null --max-time 5 "http://$OLLAMA_HOST/api/version"; }

mkdir -p "$folder/models"
export PATH=$PATH:$folder/server/bin
command -v ollama >/dev/null 2>&1 || download

port=$("$RUNNER_TEMP/coderasst/venv/bin/python" -I -c \
    'import socket; probe = socket.create_server(("127.0.0.1", 0)); print(probe.getsockname()[1])')
export OLLAMA_HOST=127.0.0.1:$port OLLAMA_MODELS=$folder/models
printf 'host=http://%s\n' "$OLLAMA_HOST" >>"$GITHUB_OUTPUT"

nohup ollama serve >"$log" 2>&1 </dev/null &
process=$!
printf 'process=%s\n' "$process" >>"$GITHUB_OUTPUT"

for ((waited = 0; waited < seconds * 5; waited++)); do
    if ready; then break; fi
    kill -0 "$process" 2>/dev/null || break
    sleep 0.2
done
ready || { tail -n 20 "$log"; unavailable "Ollama does not start"; }

if [ "$INPUT_INSTALL_ONLY" = true ]; then
    printf 'OLLAMA_HOST=http://%s\n' "$OLLAMA_HOST" >>"$GITHUB_ENV"
    # One that was downloaded is to be found, too.
    dirname "$(command -v ollama)" >>"$GITHUB_PATH"
fi

if [ -n "$INPUT_MODEL" ] && ! ollama show -- "$INPUT_MODEL" >/dev/null 2>&1; then
    ollama pull -- "$INPUT_MODEL" || unavailable "Ollama cannot get the model"
fi
