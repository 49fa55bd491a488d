#!/bin/sh
# scim-patch 0.8.3: an operation that sets the enterprise extension as an object writes it elsewhere.
#
# Expected: without `path`, `value` is a set of attributes of the resource (RFC 7644 §3.5.2.1), so the member that is named by the extension's URN
# (RFC 7643 §3.3) is added to the user under this name; and so it is with this name as `path`.
# Seen: the name is cut at its dot, as if it was `name.familyName`: `urn:…:enterprise:2.0` gets a member `User`. The department is lost without an
# error. Only a `path` down to the attribute, `urn:…:User:department`, writes to the right place.
#
# Prints the user after each form of the same change, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund scim-patch@0.8.3
cat > run.mjs <<'JS'
import { scimPatch } from 'scim-patch'

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
for (const [what, operation] of [
  ['without path', { op: 'add', value: { [enterprise]: { department: 'Engines' } } }],
  ['path of the extension', { op: 'add', path: enterprise, value: { department: 'Engines' } }],
  ['path of the attribute', { op: 'add', path: `${enterprise}:department`, value: 'Engines' }],
]) {
  const { schemas, ...user } = scimPatch({ schemas: [core, enterprise], userName: 'ada' }, [operation])
  console.log(`${what}: ${JSON.stringify(user)}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'without path: {"userName":"ada","urn:ietf:params:scim:schemas:extension:enterprise:2.0":{"User":{"department":"Engines"}}}
path of the extension: {"userName":"ada","urn:ietf:params:scim:schemas:extension:enterprise:2.0":{"User":{"department":"Engines"}}}
path of the attribute: {"userName":"ada","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Engines"}}' ]
