#!/bin/sh
# @passwordless-id/webauthn 2.4.0: about one valid sign-in in 128 is refused, by chance.
#
# Expected: an ES256 assertion is two integers in DER (WebAuthn, “Signature Formats”), which have no leading zeros, so about every 256th of each is shorter than 32
# bytes; a verifier fills them up before it passes them to Web Cryptography.
# Seen: "Invalid signature" whenever one of the two is short: 32 bytes are cut out for the first, and the second is passed on as it is. The same passkey
# works at the next attempt, so it looks like a fault of the device. EdDSA is known at registration and unknown at sign-in. A page should offer to try
# again with a new challenge, and not count such a failure as an attack.
#
# Prints the outcome for valid signatures of each length, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @passwordless-id/webauthn@2.4.0
cat > run.mjs <<'JS'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { server } from '@passwordless-id/webauthn'

const sha256 = (data) => createHash('sha256').update(data).digest()
const base64url = (data) => Buffer.from(data).toString('base64url')
const [origin, challenge] = ['https://login.example', 'Y2hhbGxlbmdl']
const authenticatorData = Buffer.concat([sha256('login.example'), Buffer.from([0x05, 0, 0, 0, 0])])
const clientData = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }))
const data = Buffer.concat([authenticatorData, sha256(clientData)])

async function attempt(algorithm, publicKey, signature) {
  const credential = { id: 'AQ', algorithm, publicKey: base64url(publicKey.export({ type: 'spki', format: 'der' })), transports: [] }
  const parts = { authenticatorData, clientDataJSON: clientData, signature }
  const response = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, base64url(value)]))
  const answer = { id: 'AQ', rawId: 'AQ', type: 'public-key', clientExtensionResults: {}, response }
  return server.verifyAuthentication(answer, credential, { origin, challenge, userVerified: true }).then(
    () => 'signed in',
    (error) => error.message.split(':')[0],
  )
}

// Significant bytes: DER puts a zero before a number whose first bit is set.
const length = (bytes) => bytes.length - (bytes[0] === 0 ? 1 : 0)
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const wanted = new Map([['r 32, s 32', null], ['r 31, s 32', null], ['r 32, s 31', null]])
while ([...wanted.values()].includes(null)) {
  const signature = sign('sha256', data, ec.privateKey)
  const r = signature.subarray(4, 4 + signature[3])
  const s = signature.subarray(6 + signature[3])
  const name = `r ${length(r)}, s ${length(s)}`
  if (wanted.get(name) === null) wanted.set(name, signature)
}
for (const [name, signature] of wanted) console.log(`ES256, bytes of ${name}: ${await attempt('ES256', ec.publicKey, signature)}`)
const ed = generateKeyPairSync('ed25519')
console.log(`EdDSA: ${await attempt('EdDSA', ed.publicKey, sign(null, data, ed.privateKey))}`)
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'ES256, bytes of r 32, s 32: signed in
ES256, bytes of r 31, s 32: Invalid signature
ES256, bytes of r 32, s 31: Invalid signature
EdDSA: Unknown or unsupported crypto algorithm' ]
