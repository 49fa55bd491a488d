#!/bin/sh
# jose 6.2.18, PyJWT 2.15.1, joserfc 1.8.0: `EdDSA` and `Ed25519` are two algorithms, also for one and the same key.
#
# Expected: RFC 9864 gives `EdDSA` with curve Ed25519 a name of its own, `Ed25519`. A key published under one of them
# verifies tokens whose header has the other, since key and signature are the same.
# Seen: jose and joserfc find no key as soon as `alg` of the key and of the token differ, and PyJWT supports the new name in neither
# place: a set whose only key says `alg: Ed25519` counts as empty. A server that switches to the new name in its key set
# invalidates its earlier tokens, and all users of PyJWT. A key without `alg` works for both names in jose and joserfc,
# and for `EdDSA` in all three.
#
# Prints which library verifies which pair, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jose@6.2.18
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check 'PyJWT[crypto]==2.15.1' joserfc==1.8.0
cat > run.mjs <<'JS'
import { execFileSync } from 'node:child_process'
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'

const { publicKey, privateKey } = await generateKeyPair('Ed25519')
const { kty, crv, x } = await exportJWK(publicKey)
for (const inKey of ['EdDSA', 'Ed25519', undefined]) {
  for (const inToken of ['EdDSA', 'Ed25519']) {
    const set = { keys: [{ kty, crv, x, kid: 'one', use: 'sig', ...(inKey && { alg: inKey }) }] }
    const header = { alg: inToken, kid: 'one' }
    const token = await new SignJWT({}).setProtectedHeader(header).setExpirationTime('1h').sign(privateKey)
    const jose = await jwtVerify(token, createLocalJWKSet(set)).then(() => 'yes', (error) => error.code)
    const python = execFileSync('bin/python', ['-W', 'ignore', 'run.py', token, JSON.stringify(set)], { encoding: 'utf8' })
    console.log(`key ${inKey ?? 'without alg'}, token ${inToken}: jose ${jose}, ${python.trim()}`)
  }
}
JS
cat > run.py <<'PY'
import json, sys
import jwt
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

token, keys = sys.argv[1], json.loads(sys.argv[2])
names = ["EdDSA", "Ed25519"]


def tried(verify):
    try:
        verify()
        return "yes"
    except Exception as error:
        return type(error).__name__


pyjwt = tried(lambda: jwt.decode(token, jwt.PyJWKSet.from_dict(keys)["one"], algorithms=names))
joserfc = tried(lambda: joserfc_jwt.decode(token, KeySet.import_key_set(keys), algorithms=names))
print(f"PyJWT {pyjwt}, joserfc {joserfc}")
PY
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'key EdDSA, token EdDSA: jose yes, PyJWT yes, joserfc yes
key EdDSA, token Ed25519: jose ERR_JWKS_NO_MATCHING_KEY, PyJWT InvalidAlgorithmError, joserfc InvalidKeyIdError
key Ed25519, token EdDSA: jose ERR_JWKS_NO_MATCHING_KEY, PyJWT PyJWKSetError, joserfc InvalidKeyIdError
key Ed25519, token Ed25519: jose yes, PyJWT PyJWKSetError, joserfc yes
key without alg, token EdDSA: jose yes, PyJWT yes, joserfc yes
key without alg, token Ed25519: jose yes, PyJWT InvalidAlgorithmError, joserfc yes' ]
