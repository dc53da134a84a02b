#!/usr/bin/env bash
# Run `coderasst ci` with the inputs that are given; what is empty is left to the configuration.
set -euo pipefail

home=$RUNNER_TEMP/coderasst
arguments=()

misused() { printf '::error title=coderasst::%s\n' "$*"; exit 2; }

# One word each: a value that starts with a dash must not become an option.
option() { if [ -n "$2" ]; then arguments+=("$1=$2"); fi; }

switch() {
    case $2 in
        true) arguments+=("--$1") ;;
        false | "") ;;
        *) misused "the input $1 is 'true' or 'false'" ;;
    esac
}

option --model "$INPUT_MODEL"
option --host "$INPUT_OLLAMA_HOST"
option --llm "$INPUT_LLM"
option --fail-on "$INPUT_FAIL_ON"
option --categories "$INPUT_CATEGORIES"
option --filter "$INPUT_FILTER"
option --max-comments "$INPUT_MAX_COMMENTS"
option --budget "$INPUT_BUDGET"
option --mode "$INPUT_MODE"
option --config "$INPUT_CONFIG"
option --json-file "$home/report.json"
option --sarif-file "${INPUT_SARIF_FILE:-$home/report.sarif}"
option --save "$INPUT_SAVE"
option --post "$INPUT_POST"
switch skip-drafts "$INPUT_SKIP_DRAFTS"
switch upload-sarif "$INPUT_UPLOAD_SARIF"
switch check-run "$INPUT_CHECK_RUN"

exec "$home/venv/bin/coderasst" ci "${arguments[@]}"
