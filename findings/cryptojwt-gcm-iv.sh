#!/bin/sh
# cryptojwt 1.11.0 (below idpyoidc and pyoidc) with jose 6.2.18: what it encrypts with AES-GCM is refused.
#
# Expected: a request object or a token that one library encrypts with A128GCM or A256GCM is decrypted by the other: RFC 7518 §5.3 requires an
# initialization vector of 96 bits.
# Seen: cryptojwt writes one of 128 bits, for each key management algorithm, so jose answers "Invalid Initialization Vector length". AES-CBC
# with HMAC works in both directions, as does GCM from jose to cryptojwt.
#
# Prints each vector's length and each outcome, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check cryptojwt==1.11.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jose@6.2.18
cat > encrypt.py <<'PY'
import base64, json, sys
from cryptojwt.jwe.jwe import JWE
from cryptojwt.jwk.jwk import key_from_jwk_dict

key = key_from_jwk_dict(json.loads(sys.argv[1]))
made = JWE(b"content", alg="RSA-OAEP-256", enc=sys.argv[2]).encrypt([key])
bits = 8 * len(base64.urlsafe_b64decode(made.split(".")[2] + "=="))
print(json.dumps({"made": made, "bits": bits}))
PY
cat > run.mjs <<'JS'
import { execFileSync } from 'node:child_process'
import * as jose from 'jose'

const { publicKey, privateKey } = await jose.generateKeyPair('RSA-OAEP-256', { extractable: true })
const key = JSON.stringify({ ...(await jose.exportJWK(publicKey)), use: 'enc', kid: 'key' })
for (const enc of ['A128CBC-HS256', 'A128GCM', 'A256GCM']) {
  const { made, bits } = JSON.parse(execFileSync('bin/python', ['encrypt.py', key, enc]).toString())
  const outcome = await jose.compactDecrypt(made, privateKey).then(() => 'decrypted', (error) => error.message)
  console.log(`${enc}: ${bits} bits, ${outcome}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'A128CBC-HS256: 128 bits, decrypted
A128GCM: 128 bits, Invalid Initialization Vector length
A256GCM: 128 bits, Invalid Initialization Vector length' ]
