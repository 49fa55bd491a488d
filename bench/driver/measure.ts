import { cpuTime, machineTime } from '../servers/processes.ts'
import { quantile } from '../statistics.ts'
import type { Answer } from './connection.ts'
import { Lane, type Service } from './lane.ts'

/** Results of a period in which some lanes repeated the same work. */
export interface Sample {
  readonly flows: number
  /** Failed flows, for a server that may fail: they are not in the other figures, except their cost. */
  readonly failures: number
  /** CPU time of the Worker's process, per flow, in milliseconds. D1 and KV run in the same process, as those of the ruler do. */
  readonly cpu: number
  readonly perSecond: number
  /** Milliseconds per flow. */
  readonly p50: number
  readonly p99: number
  /** Cores kept busy by other processes: a measure of how reliable the times are. CPU time suffers less. */
  readonly elsewhere: number
}

export type Run = (lane: Lane) => Promise<void>

/**
 * Each lane starts its next flow when the last one ended, for this many milliseconds, or until `span` says that it is over.
 * @param pids all processes that belong to this benchmark
 */
export async function measure(
  lanes: readonly Lane[],
  run: Run,
  span: number | (() => boolean),
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
  const isOver = typeof span === 'number' ? () => performance.now() >= before.at + span : span
  const times: number[] = []
  let failures = 0
  await Promise.all(
    lanes.map(async (lane) => {
      while (!isOver()) {
        const started = performance.now()
        try {
          await run(lane)
          times.push(performance.now() - started)
        } catch (error) {
          failures += 1
          await recover(lane, error, failures)
        }
      }
    }),
  )
  const elapsed = performance.now() - before.at
  const others = machineTime() - before.machine - (own() - before.own)
  return {
    flows: times.length,
    failures,
    cpu: (cpuTime(first.service.pid) - before.cpu) / times.length,
    perSecond: (times.length / elapsed) * 1000,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    elsewhere: Math.max(0, others / elapsed),
  }
}

/** Throws if failures are not allowed, or too frequent. */
async function recover(lane: Lane, error: unknown, failures: number): Promise<void> {
  const { name, mayFail = false } = lane.service
  if (!mayFail || failures > mostFailures) throw new Error(`${name} does not do its work`, { cause: error })
  // A token that was used up without an answer is useless.
  await obtainTokens(lane).catch(() => {})
}

const mostFailures = 20

function driverTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Signed in, and with tokens where the server issues any. One after the other: keys are created on first use. */
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

/** Whether the work is done: a fast answer is meaningless without it. */
export interface Probe {
  readonly refusesWrongVerifier: boolean
  readonly refusesWrongSecret: boolean
  /** The most accepted of six simultaneous uses of one code, or of one refresh token, in four tries. */
  readonly codeUses: number
  readonly refreshUses: number
}

export async function probe(lane: Lane): Promise<Probe> {
  const isRefused = ({ status }: Answer) => status >= 400 && status < 500
  const { client } = lane.service
  const refresh = async () => {
    await obtainTokens(lane)
    return { grant_type: 'refresh_token', refresh_token: lane.tokens?.refresh_token ?? '' }
  }
  const wrongVerifier = await lane.redeem({ ...(await lane.authorize()), verifier: 'w'.repeat(43) })
  const wrongSecret = await lane.askForTokens(await refresh(), { ...client, secret: `${client.secret}x` })
  const [codeUses, refreshUses]: [number[], number[]] = [[], []]
  for (let tries = 0; tries < 4; tries++) {
    const code = await lane.authorize()
    codeUses.push(await useAtOnce(lane.service, (other) => other.redeem(code)))
    const form = await refresh()
    refreshUses.push(await useAtOnce(lane.service, (other) => other.askForTokens(form)))
  }
  return {
    refusesWrongVerifier: isRefused(wrongVerifier),
    refusesWrongSecret: isRefused(wrongSecret),
    codeUses: Math.max(...codeUses),
    refreshUses: Math.max(...refreshUses),
  }
}

async function useAtOnce(service: Service, use: (lane: Lane) => Promise<Answer>): Promise<number> {
  const lanes = Array.from({ length: 6 }, () => new Lane(service))
  const answers = await Promise.all(lanes.map(use))
  for (const { connection } of lanes) connection.close()
  return answers.filter(({ status }) => status === 200).length
}
