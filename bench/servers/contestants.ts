import type { Lane, Service } from '../driver/lane.ts'
import { openLanes, probe } from '../driver/measure.ts'
import { type Flow, flows, type Page, pages } from '../flows.ts'
import type { Builds } from './builds.ts'
import { type CountedServer, countServer } from './count.ts'
import { arrangeLatchkey, latchkeySettings } from './latchkey.ts'
import { arrangeRuler } from './ruler.ts'
import { type RunningWorker, startWorker } from './workers.ts'

/** A running server, and its lanes. */
export interface Contestant {
  readonly service: Service
  readonly lanes: readonly Lane[]
}

export interface Contestants {
  readonly floor: Contestant
  readonly ruler: Contestant
  readonly latchkey: Contestant
  /** Only the D1 round trips of pages. */
  readonly replay: Contestant
  stop(): Promise<void>
}

/**
 * Starts all of them, each in its own process, and checks that the two token servers do their work.
 * @param state the database on which the round trips of pages are repeated
 */
export async function startContestants(
  builds: Builds,
  lanes: number,
  throughEntry: boolean,
  state?: string,
): Promise<Contestants> {
  const floor = await startWorker(builds.floor, { throughEntry })
  const ruler = await startWorker(builds.ruler, { throughEntry })
  const latchkey = await startWorker(builds.latchkey, { ...latchkeySettings, throughEntry })
  const replay = await startWorker(builds.replay, { throughEntry, ...(state === undefined ? {} : { state }) })
  const enter = async (service: Service) => ({ service, lanes: await openLanes(service, lanes) })
  const contestants = {
    floor: await enter(withoutFlows('floor', floor)),
    replay: await enter(withoutFlows('replay', replay)),
    ruler: await enter(await arrangeRuler(ruler)),
    latchkey: await enter(await arrangeLatchkey(latchkey)),
  }
  for (const { lanes: entered } of [contestants.ruler, contestants.latchkey]) {
    for (const lane of entered.slice(0, 1)) await insist(lane)
  }
  for (const lane of contestants.latchkey.lanes.slice(0, 1)) await insistOnLog(lane, latchkey)
  return {
    ...contestants,
    async stop() {
      for (const { lanes: entered } of Object.values(contestants))
        for (const { connection } of entered) connection.close()
      await Promise.all([floor, ruler, latchkey, replay].map((worker) => worker.stop()))
    },
  }
}

/** A server that fails this is not measured. */
async function insist(lane: Lane): Promise<void> {
  const found = await probe(lane)
  if (found.refusesWrongVerifier && found.refusesWrongSecret && found.codeUses === 1) return
  throw new Error(`${lane.service.name} does not do its work: ${JSON.stringify(found)}`)
}

/** The line of each request is written, and it is written before the answer. */
async function insistOnLog(lane: Lane, { lines }: RunningWorker): Promise<void> {
  const before = { lines: lines(), requests: lane.connection.requests }
  for (let i = 0; i < 5; i++) await lane.authorize()
  const logged = lines() - before.lines
  const requests = lane.connection.requests - before.requests
  if (logged !== requests) throw new Error(`Latchkey has logged ${logged} lines for ${requests} requests`)
}

function withoutFlows(name: string, { port, pid }: RunningWorker): Service {
  const client = { id: '', secret: '', redirectUri: '', scope: '' }
  return { name, port, pid, paths: {}, client, signIn: async () => {} }
}

/**
 * The D1 and KV calls of flows and pages.
 * @param state folder that keeps Latchkey's database
 */
export async function countContestants(
  builds: Builds,
  state?: string,
  chosen: { readonly flows: readonly Flow[]; readonly pages: readonly Page[] } = { flows, pages },
): Promise<Readonly<Record<'ruler' | 'latchkey', CountedServer>>> {
  const ruler = await startWorker(builds.countingRuler)
  const latchkey = await startWorker(builds.countingLatchkey, {
    ...latchkeySettings,
    ...(state === undefined ? {} : { state }),
  })
  try {
    return {
      ruler: await countServer(await arrangeRuler(ruler), await ruler.database(), chosen.flows),
      latchkey: await countServer(
        await arrangeLatchkey(latchkey),
        await latchkey.database(),
        chosen.flows,
        chosen.pages,
      ),
    }
  } finally {
    await Promise.all([ruler.stop(), latchkey.stop()])
  }
}
