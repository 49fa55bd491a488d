#!/bin/sh
# @simplewebauthn/server 14.0.3: passkeys with some algorithms are registered, and can't sign in.
#
# Expected: an algorithm that the library can't verify is refused at registration, or when `supportedAlgorithmIDs` names it.
# Seen: with attestation `none` the key is not looked at, so ESP256 (-9) and Ed25519 (-19), the names of RFC 9864 for ES256 and EdDSA, which are in
# WebAuthn Level 3, and ES256K (-47) are "verified", and each sign-in with them is an exception. The person has a passkey in the list that never works.
# An application should name only algorithms that work, such as -7, -8, -35, -36 and -257, in the options too.
#
# Prints registration and sign-in for each algorithm, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @simplewebauthn/server@14.0.3 cbor-x@1.6.9
cat > run.mjs <<'JS'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { Encoder } from 'cbor-x'

const cbor = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false })
const sha256 = (data) => createHash('sha256').update(data).digest()
const origin = 'https://login.example'
const challenge = 'Y2hhbGxlbmdl'
const expected = { expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: 'login.example' }
const id = Buffer.alloc(16, 7)
const credential = { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key', clientExtensionResults: {} }
const client = (type) => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
const encoded = (parts) => Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, Buffer.from(value).toString('base64url')]))

for (const [name, alg, curve, crv, hash] of [
  ['ES256', -7, 'P-256', 1, 'sha256'],
  ['ESP256', -9, 'P-256', 1, 'sha256'],
  ['ES256K', -47, 'secp256k1', 8, 'sha256'],
  ['EdDSA', -8, 'ed25519', 6, null],
  ['Ed25519', -19, 'ed25519', 6, null],
]) {
  const pair = hash ? generateKeyPairSync('ec', { namedCurve: curve }) : generateKeyPairSync(curve)
  const { x, y } = pair.publicKey.export({ format: 'jwk' })
  const key = new Map([[1, hash ? 2 : 1], [3, alg], [-1, crv], [-2, Buffer.from(x, 'base64url')]])
  if (y) key.set(-3, Buffer.from(y, 'base64url'))
  const flagsAndCounter = (flags) => Buffer.concat([sha256('login.example'), Buffer.from([flags, 0, 0, 0, 0])])
  const authData = Buffer.concat([flagsAndCounter(0x45), Buffer.alloc(16), Buffer.from([0, id.length]), id, cbor.encode(key)])
  const attestationObject = cbor.encode(new Map([['fmt', 'none'], ['attStmt', new Map()], ['authData', authData]]))
  const created = encoded({ clientDataJSON: client('webauthn.create'), attestationObject })
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    ...expected, supportedAlgorithmIDs: [alg], response: { ...credential, response: created },
  })
  const [authenticatorData, clientDataJSON] = [flagsAndCounter(0x05), client('webauthn.get')]
  const signature = sign(hash, Buffer.concat([authenticatorData, sha256(clientDataJSON)]), pair.privateKey)
  const response = { ...credential, response: encoded({ authenticatorData, clientDataJSON, signature }) }
  const outcome = await verifyAuthenticationResponse({ ...expected, credential: registrationInfo.credential, response }).then(
    (result) => result.verified,
    (error) => error.message,
  )
  console.log(`${name}: registered ${verified}, signed in: ${outcome}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'ES256: registered true, signed in: true
ESP256: registered true, signed in: Could not map COSE alg value of -9 to a WebCrypto hash alg name
ES256K: registered true, signed in: Unexpected COSE crv value of 8 (EC2)
EdDSA: registered true, signed in: true
Ed25519: registered true, signed in: Public key had invalid alg -19 (OKP)' ]
