import type { Service } from '../driver/lane.ts'
import { measure, openLanes, type Sample } from '../driver/measure.ts'
import { codeFlow } from '../flows.ts'
import type { Builds } from '../servers/builds.ts'
import { latchkeySettings } from '../servers/latchkey.ts'
import { type RunningWorker, startWorker } from '../servers/workers.ts'

export interface Purge {
  /** Expired logins deleted by one run of the scheduled handler, beside live traffic. */
  readonly purged: number
  readonly seconds: number
  /** Code flows before, and meanwhile. */
  readonly quiet: Sample
  readonly meanwhile: Sample
  /** Rows read and written by a run with nothing to delete. */
  readonly idle: { readonly rowsRead: number; readonly rowsWritten: number }
}

/** The free plan allows 50 statements per run, far too few for five million logins a day. */
const settings = { variables: { ...latchkeySettings.variables, WORKERS_PLAN: 'paid' } }

/** The number of lanes that leaves CPU time for the purge. */
const lanesMeanwhile = 2

export async function measurePurge(
  { latchkey, countingLatchkey }: Pick<Builds, 'latchkey' | 'countingLatchkey'>,
  state: string,
  service: Service,
): Promise<Purge> {
  const worker = await startWorker(latchkey, { ...settings, state })
  const live = await purgeBesideTraffic(worker, {
    ...service,
    port: worker.port,
    pid: worker.pid,
    // A flow without an answer in twenty seconds is reported, and does not end the run.
    mayFail: true,
  })
  await worker.stop()

  const counting = await startWorker(countingLatchkey, { ...settings, state })
  try {
    const counts = async (method: string): Promise<{ rowsRead: number; rowsWritten: number }> =>
      (await fetch(`http://127.0.0.1:${counting.port}/counts`, { method })).json()
    // Does the rest.
    for (let runs = 0; runs < 3; runs++) await counting.schedule()
    await counts('POST')
    await counting.schedule()
    const { rowsRead, rowsWritten } = await counts('GET')
    return { ...live, idle: { rowsRead, rowsWritten } }
  } finally {
    await counting.stop()
  }
}

async function purgeBesideTraffic(worker: RunningWorker, service: Service): Promise<Omit<Purge, 'idle'>> {
  const lanes = await openLanes(service, lanesMeanwhile)
  const db = await worker.database()
  const countOver = async () => {
    const { results } = await db
      .prepare(`SELECT count(*) AS n FROM authorizations WHERE sid LIKE 'over%'`)
      .all<{ n: number }>()
    return results[0]?.n ?? 0
  }
  const quiet = await measure(lanes, codeFlow.run, 5000, [])
  const before = await countOver()
  const started = performance.now()
  let isDone = false
  const run = worker.schedule().finally(() => {
    isDone = true
  })
  const meanwhile = await measure(lanes, codeFlow.run, () => isDone, [])
  await run
  const seconds = (performance.now() - started) / 1000
  for (const { connection } of lanes) connection.close()
  return { purged: before - (await countOver()), seconds, quiet, meanwhile }
}
