#!/bin/sh
# scimmy 1.3.5 and scim-patch 0.8.3: after a PATCH that adds a primary address, a user has two of them.
#
# Expected: setting `primary` to true for one value sets it to false for all others in the list: RFC 7644 §3.5.2 asks that of the server, and a
# library that applies the operations has both at hand.
# Seen: both keep the old `primary: true` beside the new one, without an error, though RFC 7643 §2.4 allows one at most, and scimmy knows the
# schema. An application that takes the first primary address keeps writing to the old one.
#
# Prints the addresses after the PATCH, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund scimmy@1.3.5 scim-patch@0.8.3
cat > run.mjs <<'JS'
import { scimPatch } from 'scim-patch'
import scimmy from 'scimmy'

const user = () => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: '1',
  userName: 'ada',
  emails: [{ value: 'old@example.com', primary: true }],
  meta: { resourceType: 'User' },
})
const Operations = [{ op: 'add', path: 'emails', value: [{ value: 'new@example.com', primary: true }] }]
console.log('scim-patch:', JSON.stringify(scimPatch(user(), Operations).emails))

scimmy.Resources.declare(scimmy.Resources.User)
const { User } = scimmy.Resources
User.egress(user).ingress((_, changed) => ({ ...changed, id: '1' }))
const message = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
console.log('scimmy:', JSON.stringify((await new User('1').patch(message)).emails))
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'scim-patch: [{"value":"old@example.com","primary":true},{"value":"new@example.com","primary":true}]
scimmy: [{"value":"old@example.com","primary":true},{"value":"new@example.com","primary":true}]' ]
