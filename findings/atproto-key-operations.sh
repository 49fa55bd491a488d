#!/bin/sh
# @atproto/jwk-jose 0.2.4 with jose 6.2.18: the public key of a client says that it can encrypt, so it can't be imported.
#
# Expected: the public half of an ES256 key has `use: sig` or `key_ops: ["verify"]` (RFC 7517 §4.2, §4.3), and verifies what the other half signed.
# Seen: `key_ops` is verify, encrypt, wrapKey, what a key could do by its type. RFC 7517 only advises against such lists, but WebCrypto refuses an
# ECDSA key with `encrypt`, so a server that verifies client assertions with jose answers `invalid_client` to every client of
# @atproto/oauth-client-node whose key was made like this. With `key_ops` reduced to verify it works.
#
# Prints the list and both outcomes, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @atproto/jwk-jose@0.2.4 jose@6.2.18
cat > run.mjs <<'JS'
import { JoseKey } from '@atproto/jwk-jose'
import { createLocalJWKSet, jwtVerify } from 'jose'

const key = await JoseKey.generate(['ES256'], 'key')
const jwt = await key.createJwt({ alg: 'ES256', kid: 'key' }, { iss: 'client', sub: 'client' })
const verify = (jwk) =>
  jwtVerify(jwt, createLocalJWKSet({ keys: [jwk] })).then(() => 'verified', (error) => error.message)
const jwk = key.publicJwk
console.log(`${jwk.key_ops}: ${await verify(jwk)}`)
console.log(`verify: ${await verify({ ...jwk, key_ops: ['verify'] })}`)
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'verify,encrypt,wrapKey: Unsupported key usage for a ECDSA key
verify: verified' ]
