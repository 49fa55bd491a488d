#!/bin/sh
# jwskate 0.12.2 (Python, below requests_oauth2client) with jose 6.2.18: `apu`, `apv` and `zip` of an encrypted token are not applied.
#
# Expected: ECDH-ES derives the key from `apu` and `apv` too (RFC 7518 §4.6.2), with key wrapping as without; `zip: DEF` is undone after decryption
# (RFC 7516 §4.1.3), or the token is refused by a reader that does not know it.
# Seen: with key wrapping, a token that has `apu` or `apv` is an InvalidUnwrap, which looks like a wrong key.
# A compressed one is returned as it is, compressed and without an error, so the failure comes from the JSON parser. jwcrypto, joserfc and Authlib
# read all of them. A server whose clients are built on it should leave the three members out.
#
# Prints what it reads from each token that jose encrypted, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check jwskate==0.12.2
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jose@6.2.18
cat > run.mjs <<'JS'
import { CompactEncrypt, exportJWK, generateKeyPair } from 'jose'

const text = new TextEncoder()
const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true })
console.log(JSON.stringify(await exportJWK(privateKey)))
for (const alg of ['ECDH-ES', 'ECDH-ES+A256KW'])
  for (const [name, parties, more] of [
    ['plain', {}, {}],
    ['apu, apv', { apu: text.encode('wallet'), apv: text.encode('nonce') }, {}],
    ['zip', {}, { zip: 'DEF' }],
  ]) {
    const token = new CompactEncrypt(text.encode('{"sub":"ada"}')).setKeyManagementParameters(parties)
    console.log(`${alg}, ${name}|${await token.setProtectedHeader({ alg, enc: 'A256GCM', ...more }).encrypt(publicKey)}`)
  }
JS
cat > run.py <<'PY'
import json, sys
from jwskate import JweCompact

key = json.loads(sys.stdin.readline())
for line in sys.stdin:
    name, token = line.strip().split("|")
    try:
        clear = JweCompact(token).decrypt(key, alg=name.split(",")[0])
        outcome = clear.decode() if clear.startswith(b"{") else f"{len(clear)} bytes that are no JSON"
    except Exception as error:
        outcome = type(error).__name__
    print(f"{name}: {outcome}")
PY
seen=$(node run.mjs | bin/python -W ignore run.py)
echo "$seen"
[ "$seen" = 'ECDH-ES, plain: {"sub":"ada"}
ECDH-ES, apu, apv: {"sub":"ada"}
ECDH-ES, zip: 15 bytes that are no JSON
ECDH-ES+A256KW, plain: {"sub":"ada"}
ECDH-ES+A256KW, apu, apv: InvalidUnwrap
ECDH-ES+A256KW, zip: 15 bytes that are no JSON' ]
