#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2 and @modelcontextprotocol/client 2.4.0: UnauthorizedError by its name.
#
# Expected: the error that a host has to catch to open the browser is called `UnauthorizedError` in both, so a host that uses both
# packages, or gets the error from another realm, where instanceof is false, checks `name`.
# Seen: in the SDK of revision 1 its name is `Error`; in the client of revision 2 it is `UnauthorizedError`. A host that checks the
# name shows a failure instead of the sign-in, for half of its servers.
#
# Prints both names, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0
cat > run.mjs <<'JS'
const first = await import('@modelcontextprotocol/sdk/client/auth.js')
const second = await import('@modelcontextprotocol/client')
console.log(new first.UnauthorizedError().name, new second.UnauthorizedError().name)
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'Error UnauthorizedError' ]
