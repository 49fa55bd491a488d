// `npm run bench:bound`: the CPU time of a refresh whose access token is bound by DPoP, beside a bearer refresh, on one server in
// the same minutes. The client makes its proofs outside the measured process. `--rounds` for more or fewer than 120.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { parseArgs } from 'node:util'
import { fail as refuse } from '../scripts/failure.ts'
import { temporaryFolder } from '../scripts/temporary-folder.ts'
import { basic, fail, type Lane } from './driver/lane.ts'
import { measure, openLanes, type Run } from './driver/measure.ts'
import { buildAll } from './servers/builds.ts'
import { arrangeLatchkey, latchkeySettings } from './servers/latchkey.ts'
import { startWorker } from './servers/workers.ts'
import { median, quantile } from './statistics.ts'

/** Many short turns: a busy machine then disturbs both in the same way. */
const { rounds: asked = '120' } = parseArgs({ options: { rounds: { type: 'string' } } }).values
if (!/^[1-9]\d{1,2}$/.test(asked)) refuse('--rounds is a number from 10 to 999')
const rounds = Number(asked)
const stretch = 300

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
const part = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url')
const proofHeader = part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })

function proofFor(htu: string): string {
  const claims = { jti: randomUUID(), htm: 'POST', htu, iat: Math.floor(Date.now() / 1000) }
  const signed = `${proofHeader}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${part(signature)}`
}

/** Refreshes, and checks that the new access token is of the wanted type. */
const refresh =
  (type: 'Bearer' | 'DPoP'): Run =>
  async (lane: Lane) => {
    const { service, tokens } = lane
    const token = `${service.paths.token}`
    // Also made for a bearer refresh, and then not sent: both keep the driver equally busy, and so the server.
    const proof = proofFor(`http://127.0.0.1:${service.port}${token}`)
    const header = type === 'DPoP' ? { DPoP: proof } : {}
    const form = { grant_type: 'refresh_token', refresh_token: tokens?.refresh_token ?? '' }
    const answer = await lane.call('POST', token, { ...basic(service.client), ...header }, form)
    lane.keep('The refresh token', answer)
    if (JSON.parse(answer.body).token_type !== type) fail('The type of the token', answer)
  }

const { latchkey } = await buildAll(temporaryFolder('bound'))
const worker = await startWorker(latchkey, latchkeySettings)
const lanes = await openLanes(await arrangeLatchkey(worker), 8)
const cost = { Bearer: [] as number[], DPoP: [] as number[] }
const types = ['Bearer', 'DPoP'] as const
for (const type of types) await measure(lanes, refresh(type), 1_000, [worker.pid])
for (let round = 0; round < rounds; round++) {
  for (const type of round % 2 === 0 ? types : types.toReversed()) {
    const { cpu } = await measure(lanes, refresh(type), stretch, [worker.pid])
    cost[type].push(cpu)
  }
}
const more = cost.DPoP.map((each, round) => each - (cost.Bearer[round] ?? Number.NaN))
const inMs = (each: number) => `${each.toFixed(3)} ms`
console.log(`bearer refresh ${inMs(median(cost.Bearer))}, bound refresh ${inMs(median(cost.DPoP))}`)
// The median of all possible rounds lies between these two quantiles in 95 of 100 runs: it splits rounds like a coin.
const margin = 0.98 / Math.sqrt(rounds)
const [least, most] = [quantile(more, 0.5 - margin), quantile(more, 0.5 + margin)].map(inMs)
console.log(`more: ${inMs(median(more))}, with 95 % certainty between ${least} and ${most}`)
console.log(`half of the rounds: between ${inMs(quantile(more, 0.25))} and ${inMs(quantile(more, 0.75))}`)
await worker.stop()
process.exit(0)
