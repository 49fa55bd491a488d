import { type obtainTokens, openLanes } from './driver/measure.ts'
import { flows } from './flows.ts'
import { Inspector } from './servers/inspector.ts'
import { arrangeLatchkey, latchkeySettings } from './servers/latchkey.ts'
import { memoryOf } from './servers/processes.ts'
import { type Build, startWorker } from './servers/workers.ts'

export interface Memory {
  /** Number of requests, and the memory in use after them, in bytes: from a tenth of them to all. */
  readonly series: readonly { readonly requests: number; readonly heap: number; readonly process: number }[]
  /** Growth of the heap in bytes, from the first of the series, when everything is warm, to the last. */
  readonly growth: number
}

/** Tolerated growth of the heap, in bytes: the garbage collector never leaves exactly the same. */
export const growthTarget = 1024 * 1024

/**
 * One isolate answers this many requests, of all flows, most often the cheap ones. It ends early when the time is over.
 * @param most milliseconds
 */
export async function measureMemory(
  build: Build,
  requests: number,
  most: number,
  onPart: (part: string) => void,
): Promise<Memory> {
  const worker = await startWorker(build, { ...latchkeySettings, inspected: true })
  try {
    const service = await arrangeLatchkey(worker)
    const lanes = await openLanes(service, 8)
    if (worker.inspectorUrl === undefined) throw new Error('The Worker was started without its inspector')
    const inspector = await Inspector.open(worker.inspectorUrl)
    const answered = () => lanes.reduce((sum, { connection }) => sum + connection.requests, 0)
    const touch = async () => lanes[0]?.call('GET', '/.well-known/jwks.json')
    const series: Memory['series'][number][] = []
    const end = performance.now() + most
    for (let part = 1; part <= 10 && performance.now() < end; part++) {
      onPart(`memory, part ${part} of 10`)
      const until = (requests * part) / 10
      await Promise.all(
        lanes.map(async (lane) => {
          while (answered() < until && performance.now() < end) await mixed(lane)
        }),
      )
      series.push({ requests: answered(), heap: await inspector.heap(touch), process: memoryOf(worker.pid) })
    }
    inspector.close()
    for (const { connection } of lanes) connection.close()
    return { series, growth: (series.at(-1)?.heap ?? 0) - (series[0]?.heap ?? 0) }
  } finally {
    await worker.stop()
  }
}

/** One code, one refresh, and ten times everything else. */
async function mixed(lane: Parameters<typeof obtainTokens>[0]): Promise<void> {
  for (const flow of flows) {
    const times = flow.name === 'authorize + code' || flow.name === 'refresh' ? 1 : 10
    for (let i = 0; i < times; i++) await flow.run(lane)
  }
}
