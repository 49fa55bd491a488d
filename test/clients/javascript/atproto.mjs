import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { JoseKey } from '@atproto/jwk-jose'
import { NodeOAuthClient } from '@atproto/oauth-client-node'

/**
 * The package oauth-client-node of AT Protocol, unmodified, until it refuses the tokens: they have no `sub` with a DID, and come with
 * an ID token. Then without `openid`, and with a `sub` that is put into the answer here, and the documents of a person and of their
 * data that name this server, to see that nothing else stops it. The person is played by the program that started this one: it gets
 * the line `visit URL`, and returns the URL of the callback.
 *
 * package.json replaces one dependency: npm serves no handle-resolver-node from 0.2.10, which 0.5.7 asks for.
 */

const { ISSUER, CLIENT_ID, REDIRECT_URI } = process.env
const sub = 'did:web:ada.example'
const host = 'https://data.example'
const service = [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: host }]
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const key = await JoseKey.generate(['ES256'], 'one')

function store() {
  const values = new Map()
  return {
    get: async (name) => values.get(name),
    set: async (name, value) => void values.set(name, value),
    del: async (name) => void values.delete(name),
  }
}

function makeClient(withSubject) {
  return new NodeOAuthClient({
    clientMetadata: {
      client_id: CLIENT_ID,
      client_name: 'Posts',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'atproto openid',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      dpop_bound_access_tokens: true,
    },
    keyset: [key],
    // The issuer is http://localhost.
    allowHttp: true,
    stateStore: store(),
    sessionStore: store(),
    requestLock: (_, run) => run(),
    didResolver: { resolve: async (id) => ({ '@context': [], id, service }) },
    async fetch(request, init) {
      const { url = String(request) } = request
      if (url.startsWith(`${host}/`))
        return Response.json({ resource: host, authorization_servers: [ISSUER] })
      const answer = await fetch(request, init)
      if (!withSubject || !answer.ok || !url.endsWith('/token')) return answer
      return Response.json({ ...(await answer.json()), sub }, { headers: answer.headers })
    },
  })
}

async function signIn(client, scope) {
  console.log(`visit ${await client.authorize(ISSUER, { scope })}`)
  const { value } = await lines.next()
  return client.callback(new URL(value).searchParams)
}

const plain = makeClient(false)
console.log(`document ${JSON.stringify({ ...plain.clientMetadata, jwks: plain.jwks })}`)
await assert.rejects(signIn(plain, 'atproto openid'), ({ cause }) => {
  assert.deepEqual(cause.issues?.map(({ path }) => path.join('.')).sort(), ['id_token', 'sub'])
  return true
})

const { session } = await signIn(makeClient(true), 'atproto')
assert.equal(session.did, sub)
const before = await session.getTokenSet(false)
assert.deepEqual([before.token_type, before.scope], ['DPoP', 'atproto'])
const userinfo = ({ access_token }) =>
  session.dpopFetch(`${ISSUER}/o/userinfo`, { headers: { authorization: `DPoP ${access_token}` } })
// The proof is accepted, but the token has no `openid`.
assert.equal((await userinfo(before)).status, 403)
const fresh = await session.getTokenSet(true)
assert.notEqual(fresh.access_token, before.access_token)
assert.equal((await userinfo(fresh)).status, 403)
await session.signOut()
assert.equal((await userinfo(fresh)).status, 401)
console.log('done')
process.exit()
