import { cpuTime, machineTime } from '../servers/processes.ts'
import { quantile } from '../statistics.ts'
import { fail, Lane, type Service } from './lane.ts'

/** What happened in a stretch of time in which some lanes did the same again and again. */
export interface Sample {
  readonly flows: number
  /** Of the Worker's process, by flow, in milliseconds. D1 and KV run in the same process, as the ruler's do. */
  readonly cpu: number
  readonly perSecond: number
  /** Milliseconds that a flow took. */
  readonly p50: number
  readonly p99: number
  /** Cores that anything else than these processes kept busy: how far to trust the times. CPU time suffers less. */
  readonly elsewhere: number
}

export type Run = (lane: Lane) => Promise<void>

/**
 * Each lane begins its next flow when the last one ended, for so many milliseconds.
 * @param pids all processes that belong to this benchmark
 */
export async function measure(
  lanes: readonly Lane[],
  run: Run,
  ms: number,
  pids: readonly number[],
): Promise<Sample> {
  const [first] = lanes
  if (first === undefined) throw new Error('No lanes')
  const own = () => pids.reduce((sum, pid) => sum + cpuTime(pid), 0) + driverTime()
  const before = {
    cpu: cpuTime(first.service.pid),
    own: own(),
    machine: machineTime(),
    at: performance.now(),
  }
  const times: number[] = []
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < before.at + ms) {
        const started = performance.now()
        await run(lane)
        times.push(performance.now() - started)
      }
    }),
  )
  const elapsed = performance.now() - before.at
  const others = machineTime() - before.machine - (own() - before.own)
  return {
    flows: times.length,
    cpu: (cpuTime(first.service.pid) - before.cpu) / times.length,
    perSecond: (times.length / elapsed) * 1000,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    elsewhere: Math.max(0, others / elapsed),
  }
}

function driverTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Signed in, and with tokens where the server gives any. One after the other: keys are made on first use. */
export async function openLanes(service: Service, count: number): Promise<readonly Lane[]> {
  const lanes: Lane[] = []
  for (let i = 0; i < count; i++) {
    const lane = new Lane(service)
    await service.signIn(lane)
    if (service.paths.authorize !== undefined) await obtainTokens(lane)
    lanes.push(lane)
  }
  return lanes
}

export async function obtainTokens(lane: Lane): Promise<void> {
  lane.keep('The code', await lane.redeem(await lane.authorize()))
}

/** A fast answer means nothing where the work isn't done: these are refused, or the run ends. */
export async function probe(lane: Lane): Promise<void> {
  const isRefused = (status: number) => status >= 400 && status < 500
  const wrongVerifier = await lane.redeem({ ...(await lane.authorize()), verifier: 'w'.repeat(43) })
  if (!isRefused(wrongVerifier.status)) fail('A wrong verifier', wrongVerifier)

  const code = await lane.authorize()
  const others = Array.from({ length: 6 }, () => new Lane(lane.service))
  const answers = await Promise.all(others.map((other) => other.redeem(code)))
  const accepted = answers.filter(({ status }) => status === 200)
  if (accepted.length !== 1)
    throw new Error(`Of six uses of one code at once, ${accepted.length} were accepted`)

  const { client } = lane.service
  const form = { grant_type: 'refresh_token', refresh_token: lane.tokens?.refresh_token ?? '' }
  const wrongSecret = await lane.askForTokens(form, { ...client, secret: `${client.secret}x` })
  if (!isRefused(wrongSecret.status)) fail('A wrong client secret', wrongSecret)
  for (const other of others) other.connection.close()
}
