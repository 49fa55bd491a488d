#!/bin/sh
# miniflare 4.20260730.0 (workerd): a CryptoKey can't be cloned, so a key that is not extractable can't leave the isolate.
#
# Expected: Web Cryptography §13 makes CryptoKey a serializable object, as it is in browsers (where IndexedDB keeps such keys) and in Node, so
# structuredClone() copies it, and what uses the same algorithm in Workers (a call from one Worker to another, a message) takes it.
# Seen: DataCloneError for every kind of key, extractable or not. A signing or DPoP key that one part of an application made has to be exported as JWK
# or PKCS #8, and so to be extractable, before another part gets it; or each part derives or imports it for itself.
#
# Prints the outcome for each key in Node and in the Workers runtime, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0
cat > run.mjs <<'JS'
import { Miniflare } from 'miniflare'

async function clones() {
  const lines = []
  for (const [algorithm, extractable, usages] of [
    [{ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']],
    [{ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']],
    [{ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']],
  ]) {
    const made = await crypto.subtle.generateKey(algorithm, extractable, usages)
    const key = made.privateKey ?? made
    let outcome
    try {
      outcome = structuredClone(key) instanceof CryptoKey ? 'cloned' : 'something else'
    } catch (error) {
      outcome = error.name
    }
    lines.push(`${algorithm.name}, extractable ${extractable}: ${outcome}`)
  }
  return lines.join('\n')
}
const script = `
import { WorkerEntrypoint } from 'cloudflare:workers'
${clones}
export class Signer extends WorkerEntrypoint {
  key() { return crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']) }
}
export default {
  async fetch(_, env) {
    const called = await env.SIGNER.key().then(() => 'returned', (error) => error.name)
    return new Response(await clones() + '\\nreturned by another entrypoint: ' + called)
  },
}`
const runtime = new Miniflare({
  modules: true, script, name: 'app', compatibilityDate: '2026-07-01',
  serviceBindings: { SIGNER: { name: 'app', entrypoint: 'Signer' } },
})
console.log(`Node\n${await clones()}`)
console.log(`Workers\n${await (await runtime.dispatchFetch('http://localhost/')).text()}`)
await runtime.dispose()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'Node
ECDSA, extractable true: cloned
ECDSA, extractable false: cloned
HMAC, extractable false: cloned
Workers
ECDSA, extractable true: DataCloneError
ECDSA, extractable false: DataCloneError
HMAC, extractable false: DataCloneError
returned by another entrypoint: DataCloneError' ]
