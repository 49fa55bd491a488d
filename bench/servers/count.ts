import { setTimeout as sleep } from 'node:timers/promises'
import { type Counts, noCounts, type RoundTrips } from '../counting/counts.ts'
import type { Lane, Service } from '../driver/lane.ts'
import { openLanes, type Run } from '../driver/measure.ts'
import { codeFlow, type Flow, type Page } from '../flows.ts'

/** The exact cost of one flow: the mean of a few, since some work is only done sometimes. */
export interface Counted extends Counts {
  readonly requests: number
  /** Bytes of the answers, heads included. */
  readonly bytes: number
}

export interface CountedServer {
  /** By the names of flows and pages. */
  readonly counted: ReadonlyMap<string, Counted>
  /** Bytes that D1 keeps for each code flow, indexes included. */
  readonly kept: number
  readonly recorded: ReadonlyMap<string, Recorded>
}

/** The D1 round trips of a page, and the bytes of the rows that they found. */
export interface Recorded {
  readonly trips: RoundTrips
  readonly d1Bytes: number
}

const repetitions = 10
/** Fewer say little: a page is 4,096 bytes, and each index begins with one that is half full. */
const flowsForSize = 1000

/** Counts on a Worker that was built with `counting/worker.ts`. */
export async function countServer(
  service: Service,
  db: D1Database | undefined,
  work: readonly Flow[],
  pages: readonly Page[] = [],
): Promise<CountedServer> {
  const lanes = await openLanes(service, 4)
  const counted = new Map<string, Counted>()
  const [lane] = lanes
  if (lane === undefined) throw new Error('No lane')
  for (const { name, run, isOfferedBy } of work) {
    if (isOfferedBy(service)) counted.set(name, await count(lane, run))
  }

  const kept = work.length === 0 ? Number.NaN : await measureKept(lanes, db)
  // Last, so that the same round trips, repeated, find the same rows.
  const recorded = new Map<string, Recorded>()
  for (const { name, show } of pages) {
    counted.set(name, await count(lane, show))
    recorded.set(name, await record(lane, show))
  }
  for (const { connection } of lanes) connection.close()
  return { counted, kept, recorded }
}

/** Bytes of a code flow. */
async function measureKept(lanes: readonly Lane[], db: D1Database | undefined): Promise<number> {
  const before = db === undefined ? Number.NaN : await sizeOf(db)
  await Promise.all(
    lanes.map(async (each) => {
      for (let i = 0; i < flowsForSize / lanes.length; i++) await codeFlow.run(each)
    }),
  )
  await settle()
  const after = db === undefined ? Number.NaN : await sizeOf(db)
  return (after - before) / flowsForSize
}

async function record(lane: Lane, show: Run): Promise<Recorded> {
  await lane.call('POST', '/counts', {}, {})
  await lane.call('POST', '/round-trips', {}, {})
  await show(lane)
  await settle()
  const trips: RoundTrips = JSON.parse((await lane.call('GET', '/round-trips')).body)
  const { d1Bytes }: Counts = JSON.parse((await lane.call('GET', '/counts')).body)
  return { trips, d1Bytes }
}

/** Cached values have been read before. */
async function count(lane: Lane, run: Run): Promise<Counted> {
  await run(lane)
  await run(lane)
  await settle()
  await lane.call('POST', '/counts', {}, {})
  const { requests } = lane.connection
  const { bytes } = lane
  for (let i = 0; i < repetitions; i++) await run(lane)
  const answered = { requests: lane.connection.requests - requests, bytes: lane.bytes - bytes }
  await settle()
  const counts: Counts = { ...noCounts, ...JSON.parse((await lane.call('GET', '/counts')).body) }
  const mean = (total: number) => total / repetitions
  return {
    d1Calls: mean(counts.d1Calls),
    statements: mean(counts.statements),
    rowsRead: mean(counts.rowsRead),
    rowsWritten: mean(counts.rowsWritten),
    d1Bytes: mean(counts.d1Bytes),
    kvCalls: mean(counts.kvCalls),
    kvReads: mean(counts.kvReads),
    kvBytes: mean(counts.kvBytes),
    requests: mean(answered.requests),
    bytes: mean(answered.bytes),
  }
}

/** Waits for background work after the answer. */
function settle(): Promise<void> {
  return sleep(80)
}

/** Of the database's file, in whole pages. */
async function sizeOf(db: D1Database): Promise<number> {
  const { meta } = await db.prepare('SELECT 1').all()
  return meta.size_after
}
