// `npm run bench -w packages/protect`: the cost of the guard compared with jose alone, for a token with a known key.
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { fetchGuard } from '../src/index.ts'

const [rounds, each] = [15, 1000]
const issuer = 'https://id.example.com'
const audience = 'https://api.example.com'

for (const alg of ['ES256', 'RS256']) {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg }] }
  const token = await new SignJWT({ client_id: 'notes', scope: 'read write' })
    .setProtectedHeader({ alg, kid: 'k', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('ada')
    .setJti('token')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
  const request = () => new Request(audience, { headers: { authorization: `Bearer ${token}` } })

  const keys = createLocalJWKSet(jwks)
  const alone = () => jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', algorithms: [alg] })
  const answers = [{ issuer, jwks_uri: `${issuer}/keys` }, jwks]
  const fetch = async () => Response.json(answers.shift())
  const guard = fetchGuard({ issuer, audience, scopes: ['read'], fetch })
  const requests = Array.from({ length: (rounds + 1) * each }, request)
  const guarded = async () => {
    const checked = await guard.check(requests.pop() ?? request())
    if (checked instanceof Response) throw new Error(`Refused: ${await checked.text()}`)
  }

  await time(alone)
  await time(guarded)
  const ratios: number[] = []
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const [mine, theirs] = [await time(guarded), await time(alone)]
    ratios.push(mine / theirs)
    times.push(mine)
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
  const microseconds = Math.round((median(times) / each) * 1000)
  console.log(`${alg}: ${microseconds} µs a token, ${median(ratios).toFixed(2)} times what jose alone costs`)
}

/** Milliseconds for `each` calls, one after the other. */
async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < each; i += 1) await run()
  return performance.now() - start
}
