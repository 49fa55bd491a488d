#!/bin/sh
# @okta/okta-auth-js 8.0.1: only one value of `acr_values` can be asked for.
#
# Expected: `acr_values` is a list in the order of preference (OpenID Connect Core §3.1.2.1), which the library sends as it is, so an ID token whose `acr` is one of
# the list is what was asked for.
# Seen: the whole list is compared with the one value of `acr`, so `acrValues: '2 1'` refuses a token with 2 as it refuses one with 1, after the code was spent. An
# application can't ask for a level with another to fall back on, and a person who can't reach the higher level can't sign in at all. It has to ask for one
# value, or for none and compare `acr` itself.
#
# Prints the verdict on each ID token, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @okta/okta-auth-js@8.0.1
cat > run.mjs <<'JS'
import { OktaAuth } from '@okta/okta-auth-js'

const issuer = 'https://login.example'
const text = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = Math.floor(Date.now() / 1000)

// Discovery, which the library reads also when it doesn't check the signature.
let metadata
const httpRequestClient = async () => ({ status: 200, responseText: JSON.stringify(metadata) })

async function verdict(acrValues, acr) {
  metadata = { issuer, jwks_uri: `${issuer}/keys` }
  const client = new OktaAuth({ issuer, clientId: 'app', redirectUri: 'https://app.example/callback', ignoreSignature: true, httpRequestClient })
  const claims = { iss: issuer, sub: '1', aud: 'app', iat: now, exp: now + 300, acr }
  const idToken = `${text({ alg: 'RS256', kid: '1' })}.${text(claims)}.signature`
  const parsed = { idToken, claims, expiresAt: claims.exp, scopes: ['openid'], authorizeUrl: `${issuer}/authorize`, issuer, clientId: 'app' }
  const verified = client.token.verify(parsed, { issuer, clientId: 'app', acrValues, ignoreSignature: true })
  console.log(`acr_values ${acrValues ?? 'none'}, acr ${acr}: ${await verified.then(() => 'accepted', (error) => error.message)}`)
}

for (const acrValues of [undefined, '2', '2 1']) for (const acr of ['2', '1']) await verdict(acrValues, acr)
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'acr_values none, acr 2: accepted
acr_values none, acr 1: accepted
acr_values 2, acr 2: accepted
acr_values 2, acr 1: The acr [1] does not match acr_values [2]
acr_values 2 1, acr 2: The acr [2] does not match acr_values [2 1]
acr_values 2 1, acr 1: The acr [1] does not match acr_values [2 1]' ]
