#!/bin/sh
# oidc-client-ts 3.5.0, `dpop` with `loadUserInfo`: the bound token is sent to userinfo as a Bearer token, and a failure with a nonce is sent twice.
#
# Expected: with `dpop`, userinfo is called with `Authorization: DPoP` and a proof that has `ath` (RFC 9449 §7.1), and the token request is
# repeated only after the error `use_dpop_nonce` (§8).
# Seen: userinfo gets `Bearer` and no proof, so a server that keeps to §7.2 refuses, and the sign-in fails after its tokens
# were issued. Any error answer of the token endpoint that has `DPoP-Nonce`, which §8.2 allows on every answer, is followed by a second
# request with the same code. Calls that the application makes itself with the manager's `dpopProof()` are right.
#
# Prints the requests of a sign-in, and of one whose code is refused, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund oidc-client-ts@3.5.0
cat > run.mjs <<'JS'
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts'

globalThis.window = globalThis
const issuer = 'https://issuer.example'
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function signIn(answerOfTokenEndpoint) {
  const requests = []
  globalThis.fetch = async (url, { headers }) => {
    const { pathname } = new URL(url)
    const sent = new Headers(headers)
    const scheme = sent.get('authorization')?.split(' ')[0] ?? 'no authorization'
    requests.push(`${pathname} (${scheme}, ${sent.has('dpop') ? 'proof' : 'no proof'})`)
    return pathname === '/token' ? answerOfTokenEndpoint() : Response.json({ sub: 'ada' })
  }
  const keys = new Map()
  const store = {
    get: async (id) => keys.get(id),
    set: async (id, value) => void keys.set(id, value),
    remove: async (id) => keys.delete(id),
    getAllKeys: async () => [...keys.keys()],
  }
  const client = new OidcClient({
    authority: issuer,
    metadata: { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/userinfo` },
    client_id: 'client',
    redirect_uri: 'https://app.example/callback',
    scope: 'openid',
    loadUserInfo: true,
    stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    dpop: { store },
  })
  const { url } = await client.createSigninRequest({})
  const state = new URL(url).searchParams.get('state')
  await client.processSigninResponse(`https://app.example/callback?code=code&state=${state}`).catch(() => undefined)
  return requests.join(', ')
}

const now = Math.floor(Date.now() / 1000)
const id_token = `${part({ alg: 'RS256' })}.${part({ iss: issuer, sub: 'ada', aud: 'client', iat: now, exp: now + 300 })}.signature`
const tokens = { access_token: 'token', token_type: 'DPoP', expires_in: 300, id_token }
console.log('issued:', await signIn(() => Response.json(tokens)))
const refused = { status: 400, headers: { 'DPoP-Nonce': 'nonce' } }
console.log('refused:', await signIn(() => Response.json({ error: 'invalid_grant' }, refused)))
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'issued: /token (no authorization, proof), /userinfo (Bearer, no proof)
refused: /token (no authorization, proof), /token (no authorization, proof)' ]
