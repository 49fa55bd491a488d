import { type Flow, flows, type Page } from '../flows.ts'
import type { Progress } from '../progress.ts'
import type { Contestant, Contestants } from '../servers/contestants.ts'
import type { Recorded } from '../servers/count.ts'
import { fail } from './lane.ts'
import { measure, obtainTokens, type Run, type Sample } from './measure.ts'

export interface Schedule {
  readonly rounds: number
  /** Length of one period, in milliseconds. */
  readonly stretch: number
  readonly lanes: number
}

/** The samples of each round, by the name of the server. All rounds have one of each. */
export type Rounds = Readonly<Record<string, readonly Sample[]>>

export interface Timed {
  /** With all lanes. */
  readonly busy: Rounds
  /** With one lane: the time that one person waits. */
  readonly alone: Rounds
}

const floorRun: Run = async (lane) => {
  const answer = await lane.call('GET', '/')
  if (answer.status !== 200) fail('The floor', answer)
}

/** Every flow on every server that offers it, and on the floor. */
export async function timeFlows(
  floor: Contestant,
  contestants: readonly Contestant[],
  schedule: Schedule,
  progress: Progress,
  chosen: readonly Flow[] = flows,
): Promise<ReadonlyMap<string, Timed>> {
  const timed = new Map<string, Timed>()
  for (const flow of chosen) {
    const offering = contestants.filter(({ service }) => flow.isOfferedBy(service))
    const turns = [{ ...floor, run: floorRun }, ...offering.map((each) => ({ ...each, run: flow.run }))]
    if (flow.needsTokens) await Promise.all(offering.flatMap(({ lanes }) => lanes.map(obtainTokens)))
    timed.set(flow.name, await timeTurns(turns, schedule, flow.name, progress))
  }
  return timed
}

/** Every page, and its D1 round trips alone, as they were recorded, in a Worker that does nothing else. */
export async function timePages(
  { floor, replay, latchkey }: Contestants,
  pages: readonly Page[],
  recorded: ReadonlyMap<string, Recorded>,
  schedule: Schedule,
  progress: Progress,
): Promise<ReadonlyMap<string, Timed>> {
  const timed = new Map<string, Timed>()
  for (const page of pages) {
    const path = `/${encodeURIComponent(page.name)}`
    await rehearse(replay, path, recorded.get(page.name))
    const replaying: Run = async (lane) => {
      const answer = await lane.call('GET', path)
      if (answer.status !== 200) fail(path, answer)
    }
    const turns = [
      { ...floor, run: floorRun },
      { ...replay, run: replaying },
      { ...latchkey, run: page.show },
    ]
    timed.set(page.name, await timeTurns(turns, schedule, page.name, progress))
  }
  return timed
}

/** The same statements must find as many bytes as they did for the page, or the difference means nothing. */
async function rehearse(
  { service }: Contestant,
  path: string,
  recorded: Recorded | undefined,
): Promise<void> {
  if (recorded === undefined) throw new Error(`The round trips of ${path} were not recorded`)
  const answer = await fetch(`http://127.0.0.1:${service.port}${path}`, {
    method: 'POST',
    body: JSON.stringify(recorded.trips),
  })
  const rows: readonly unknown[] = await answer.json()
  const bytes = rows.reduce<number>((sum, each) => sum + Buffer.byteLength(JSON.stringify(each)), 0)
  if (bytes !== recorded.d1Bytes)
    throw new Error(`The round trips of ${path} found ${bytes} bytes instead of ${recorded.d1Bytes}`)
}

interface Turn extends Contestant {
  readonly run: Run
}

/** They take turns, in a different order each time, so that no server always has the best conditions. */
async function timeTurns(
  turns: readonly Turn[],
  { rounds, stretch }: Schedule,
  name: string,
  progress: Progress,
): Promise<Timed> {
  const pids = turns.map(({ service }) => service.pid)
  const busy: Record<string, Sample[]> = {}
  const alone: Record<string, Sample[]> = {}
  for (const { lanes, run } of turns) await measure(lanes, run, stretch / 2, pids)
  for (let round = 0; round < rounds; round++) {
    const order = turns.map((_, place) => turns[(place + round) % turns.length])
    for (const turn of round % 2 === 0 ? order : order.toReversed()) {
      if (turn === undefined) continue
      const { service, lanes, run } = turn
      progress.step(`${name}, round ${round + 1} of ${rounds}`, 1.5 * stretch)
      busy[service.name] = [...(busy[service.name] ?? []), await measure(lanes, run, stretch, pids)]
      const one = await measure(lanes.slice(0, 1), run, stretch / 2, pids)
      alone[service.name] = [...(alone[service.name] ?? []), one]
    }
  }
  return { busy, alone }
}
