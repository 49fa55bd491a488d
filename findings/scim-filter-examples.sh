#!/bin/sh
# scimmy 1.3.5 and scim2-parse-filter 0.2.10: five of the example filters of RFC 7644 don't find the user whom they describe.
#
# Expected: each example of RFC 7644 §3.4.2.2 finds a user for whom it is true: a full attribute name (§3.10), a list of strings such as `schemas`,
# the list `emails` itself, which means its `value` (RFC 7643 §2.4), and a part of `userName` in the other case (`caseExact` is false, §8.7.1).
# Seen: scim2-parse-filter answers that nobody matches, and that somebody whose address is excluded does. scimmy finds nobody for a full name or the
# other case, and raises a TypeError for the lists. A client that looks a person up by such a filter creates the person again. Servers
# should only be asked for short names, `emails.value`, and the stored case.
#
# Prints whether each library finds the user, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund scimmy@1.3.5 scim2-parse-filter@0.2.10
cat > run.mjs <<'JS'
import { filter, parse } from 'scim2-parse-filter'
import scimmy from 'scimmy'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const user = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
  userName: 'jensen',
  userType: 'Contractor',
  emails: [{ value: 'jensen@example.com', type: 'work' }],
  meta: { resourceType: 'User', lastModified: '2026-05-13T04:42:34Z' },
}
const found = (find) => {
  try {
    return find() ? 'found' : 'not found'
  } catch (error) {
    return error.name
  }
}
for (const [text, right] of [
  ['userName eq "jensen"', 'found'],
  ['userName sw "J"', 'found'],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "j"', 'found'],
  [`schemas eq "${enterprise}"`, 'found'],
  ['emails[type eq "work" and value co "@example.com"]', 'found'],
  ['userType eq "Contractor" and (emails co "example.com" or emails.value co "example.org")', 'found'],
  ['userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', 'not found'],
])
  console.log(
    `${text}: ${right} is right, scimmy ${found(() => new scimmy.Types.Filter(text).match([user]).length)},`,
    `scim2-parse-filter ${found(() => filter(parse(text))(user))}`,
  )
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'userName eq "jensen": found is right, scimmy found, scim2-parse-filter found
userName sw "J": found is right, scimmy not found, scim2-parse-filter not found
urn:ietf:params:scim:schemas:core:2.0:User:userName sw "j": found is right, scimmy not found, scim2-parse-filter not found
schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": found is right, scimmy TypeError, scim2-parse-filter not found
emails[type eq "work" and value co "@example.com"]: found is right, scimmy found, scim2-parse-filter found
userType eq "Contractor" and (emails co "example.com" or emails.value co "example.org"): found is right, scimmy TypeError, scim2-parse-filter not found
userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org"): not found is right, scimmy TypeError, scim2-parse-filter found' ]
