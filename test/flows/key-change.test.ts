import { env } from 'cloudflare:workers'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeAll, expect, it } from 'vitest'
import { rotateSigningKeys } from '../../src/acts/server/rotate-keys.ts'
import { defaultClientOpenid, defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import { publicJwk } from '../../src/secrets/signing-key.ts'
import { read } from '../../src/store/database.ts'
import { listSigningKeys } from '../../src/store/server/signing-keys.ts'
import { defaultLifetimes } from '../../src/values/time.ts'
import { counted } from '../faults.ts'
import { codeRequest, obtainCode, postToken, refreshRequest, type Tokens, tokensOf } from '../flow.ts'
import { rotateByHand } from '../rotation.ts'
import { addClient, addUser, applySchema, type Registered, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

const secret = String(env.KEY_ENCRYPTION_SECRET)
const day = 86_400
const year = 365 * day

interface Snapshot {
  readonly at: number
  readonly set: JSONWebKeySet
}

interface Issued {
  readonly jwt: string
  readonly kid: string
  readonly alg: string
  readonly iat: number
  readonly exp: number
}

/** Deterministic numbers. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Isolates that share the database, each with its own key cache. */
function startIsolates(count: number): Server[] {
  const lifetimes = { ...defaultLifetimes, refreshIdle: 9 * year, refreshAbsolute: 9 * year }
  return Array.from({ length: count }, () =>
    startServer({ bindings: { DB: counted().db }, config: { lifetimes } }),
  )
}

/** One after the other: nobody refreshes a token twice at once. */
async function startClients(server: Server) {
  const user = await addUser('ada')
  const browser = await server.signedIn(user)
  const clients: { registered: Registered; refreshToken: string }[] = []
  for (const idTokenAlg of signingAlgorithms) {
    const policy = { ...defaultClientPolicy, accessTokenLifetime: 30 * day }
    const registered = await addClient(user, { openid: { ...defaultClientOpenid, idTokenAlg }, policy })
    const code = await obtainCode(browser, registered, { scope: 'openid offline_access' })
    const tokens = await tokensOf(await postToken(server, codeRequest(registered, code)))
    clients.push({ registered, refreshToken: tokens.refresh_token })
  }
  return clients
}

function issued(jwt: string): Issued {
  const { iat = 0, exp = 0 } = decodeJwt(jwt)
  const { kid = '', alg = '' } = decodeProtectedHeader(jwt)
  return { jwt, kid, alg, iat, exp }
}

async function openidTokensOf(response: Response) {
  const {
    access_token,
    refresh_token,
    id_token = '',
  }: Tokens & { id_token?: string } = await tokensOf(response)
  return { access_token, refresh_token, id_token }
}

it('while keys change, every token verifies with the keys that were published at any moment of its lifetime, and ten minutes before', async () => {
  const random = numbers(20_261_124)
  const isolates = startIsolates(3)
  const [first] = isolates
  if (first === undefined) throw new Error('There is no isolate')
  const clients = await startClients(first)
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] ?? expect.fail('The list is empty')
  let now = first.now
  const served: Snapshot[] = []
  const written: Snapshot[] = []
  const tokens: Issued[] = []

  const look = async (client: (typeof clients)[number]) => {
    for (const isolate of isolates) isolate.now = now
    const request = refreshRequest(client.registered, client.refreshToken)
    const [answer, jwks] = await Promise.all([
      postToken(pick(isolates), request),
      pick(isolates).fetch('/.well-known/jwks.json'),
    ])
    const fresh = await openidTokensOf(answer)
    client.refreshToken = fresh.refresh_token
    const { keys } = await read(env.DB, { keys: listSigningKeys(env.DB) })
    served.push({ at: now, set: await jwks.json() })
    written.push({ at: now, set: { keys: keys.map(publicJwk) } })
    tokens.push(issued(fresh.access_token), issued(fresh.id_token))
    const headers = { Authorization: `Bearer ${fresh.access_token}` }
    expect((await pick(isolates).fetch('/o/userinfo', { headers })).status).toBe(200)
  }

  // Days pass, with or without the schedule; then tokens are checked every minute or two while a key is changed by hand.
  for (const days of [0, 12, 12, 3, 89, 9, 14, 0, 25, 4, 89, 3]) {
    now += days * day + random(3600)
    if (random(4) > 0) await rotateSigningKeys(env.DB, secret, now)
    const client = pick(clients)
    const alg = pick([client.registered.client.openid.idTokenAlg, 'ES256' as const])
    for (let step = 0; step < 15; step++) {
      now += pick([1, 60, 90, 120, 150])
      if (step === 2) await rotateByHand(alg, now)
      if (random(6) === 0) await rotateSigningKeys(env.DB, secret, now)
      await look(client)
    }
  }

  expect(new Set(tokens.map(({ kid }) => kid)).size).toBeGreaterThan(12)
  for (const token of tokens) {
    // An isolate serves a key set up to five minutes old, and a client caches it for five more.
    const usable = [
      ...served.filter(({ at }) => at >= token.iat - 300 && at < token.exp),
      ...written.filter(({ at }) => at >= token.iat - 600 && at < token.exp),
    ]
    expect(usable.length).toBeGreaterThan(1)
    const lacking = usable.filter(({ set }) => !set.keys.some(({ kid }) => kid === token.kid))
    expect({ token, lacking: lacking.map(({ at }) => at - token.iat) }).toEqual({ token, lacking: [] })
    await jwtVerify(token.jwt, createLocalJWKSet(pick(usable).set), {
      algorithms: [token.alg],
      currentDate: new Date(token.iat * 1000),
    })
  }
  // And none is kept for ever: unneeded private keys are deleted.
  const kept = written.at(-1)?.set.keys.length ?? 0
  expect(kept).toBeLessThan(new Set(tokens.map(({ kid }) => kid)).size)
})
