#!/usr/bin/env bash
# Print the folder that holds GitHub's own descriptions of its interface, fetching them where needed.
#
# Order: $CODERASST_TEST_GITHUB_SCHEMAS, the cache outside the tree, two npm packages at fixed versions.
# They unpack to 400 MB; the three files that tests read (26 MB) and the licences are kept in
# ${XDG_CACHE_HOME:-~/.cache}/coderasst-test. Nothing of them is committed.
set -euo pipefail

openapi=23.0.2    # REST, also of the Enterprise Server
graphql=15.26.1
server=3.19       # the newest Enterprise Server that this version describes
cache=${XDG_CACHE_HOME:-$HOME/.cache}/coderasst-test
folder=$cache/github-schemas-$openapi-$graphql

say() { printf '%s\n' "$*" >&2; }

if [ -n "${CODERASST_TEST_GITHUB_SCHEMAS:-}" ]; then echo "$CODERASST_TEST_GITHUB_SCHEMAS"; exit 0; fi
if [ -d "$folder" ]; then echo "$folder"; exit 0; fi

command -v npm >/dev/null 2>&1 || { say "no npm to fetch GitHub's schemas with: install Node.js, see https://nodejs.org"; exit 1; }

mkdir -p "$cache"
work=$(mktemp -d "$cache/fetching.XXXXXX")
trap 'rm -rf "$work"' EXIT

say "fetching GitHub's OpenAPI description $openapi and GraphQL schema $graphql once …"
mkdir "$work/kept"
(cd "$work" && npm pack --silent "@octokit/openapi@$openapi" "@octokit/graphql-schema@$graphql" >&2)
tar -xzf "$work/octokit-openapi-$openapi.tgz" -C "$work" \
    package/LICENSE package/generated/api.github.com.json "package/generated/ghes-$server.json"
mv "$work/package/LICENSE" "$work/kept/LICENSE.openapi"
mv "$work/package/generated/api.github.com.json" "$work/kept/rest.json"
mv "$work/package/generated/ghes-$server.json" "$work/kept/rest-enterprise.json"
tar -xzf "$work/octokit-graphql-schema-$graphql.tgz" -C "$work" package/LICENSE.md package/schema.graphql
mv "$work/package/LICENSE.md" "$work/kept/LICENSE.graphql-schema"
mv "$work/package/schema.graphql" "$work/kept/schema.graphql"
# A rename is atomic, so a fetch that is cut short leaves no half folder; another process may be first.
mv -T "$work/kept" "$folder" 2>/dev/null || [ -d "$folder" ]
echo "$folder"
