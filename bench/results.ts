import { cpus } from 'node:os'
import type { Sample } from './driver/measure.ts'
import type { Rounds, Timed } from './driver/rounds.ts'
import { flows, pages } from './flows.ts'
import type { Memory } from './memory.ts'
import type { Counted, CountedServer } from './servers/count.ts'
import type { StartUp } from './start-up.ts'
import { median, type Ratio, ratioOf } from './statistics.ts'

/** The cost of one flow on one server. Times are medians over the rounds, in milliseconds. */
export interface Figures {
  readonly cpu: number
  /** CPU time as a multiple of the floor's, and of the ruler's, round by round. */
  readonly floors: Ratio
  readonly rulers: Ratio
  /** Over all rounds. */
  readonly failures: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** With one lane, and as a multiple of the ruler's. */
  readonly alone: number
  readonly aloneRulers: Ratio
}

export interface FlowResult {
  readonly name: string
  /** The maximum, as a multiple of the ruler. */
  readonly target: number
  readonly servers: Readonly<Record<string, Figures>>
  readonly counted: Readonly<Record<string, Counted>>
}

export interface PageResult {
  readonly name: string
  readonly figures: Figures
  /** Its D1 round trips alone, with an answer, in floors. */
  readonly tripsInFloors: Ratio
  /** Floors, without the cost of its D1 round trips. */
  readonly floorsBesides: Ratio
  readonly counted: Counted
}

export interface Results {
  readonly takenAt: string
  readonly machine: string
  readonly settings: string
  readonly floor: Pick<Figures, 'cpu' | 'perSecond' | 'p50' | 'p99' | 'alone'>
  readonly flows: readonly FlowResult[]
  readonly pages: readonly PageResult[]
  /** Bytes that D1 keeps for one code flow. */
  readonly kept: Readonly<Record<string, number>>
  /** Not with `--only`. */
  readonly startUp: StartUp | undefined
  /** Only of a full run. */
  readonly memory: Memory | undefined
  readonly gzipped: number
  /** Cores kept busy by other programs meanwhile, median and maximum. */
  readonly elsewhere: { readonly median: number; readonly worst: number }
}

export function machineName(): string {
  const [core] = cpus()
  return `${cpus().length} cores (${core?.model.trim()}), Node ${process.versions.node}`
}

/** Combines everything that was counted and timed. */
export function resultsOf(
  counted: Readonly<Record<string, CountedServer>>,
  timedFlows: ReadonlyMap<string, Timed>,
  timedPages: ReadonlyMap<string, Timed>,
): Pick<Results, 'floor' | 'flows' | 'pages' | 'kept' | 'elsewhere'> {
  const all = [...timedFlows.values(), ...timedPages.values()]
  const samples = all.flatMap(({ busy }) => Object.values(busy).flat())
  const cores = samples.map(({ elsewhere }) => elsewhere)
  const countsOf = (name: string) =>
    Object.entries(counted).flatMap(([server, of]) => {
      const counts = of.counted.get(name)
      return counts === undefined ? [] : [[server, counts] as const]
    })
  return {
    floor: floorOf(all),
    flows: flows.flatMap(({ name, target }) => {
      const timed = timedFlows.get(name)
      if (timed === undefined) return []
      const servers = Object.keys(timed.busy).filter((server) => server !== 'floor')
      const figures = servers.map((server) => [server, figuresOf(timed, server)] as const)
      return [
        { name, target, servers: Object.fromEntries(figures), counted: Object.fromEntries(countsOf(name)) },
      ]
    }),
    pages: pages.flatMap(({ name }) => {
      const timed = timedPages.get(name)
      const counts = counted.latchkey?.counted.get(name)
      if (timed === undefined || counts === undefined) return []
      const { floors: tripsInFloors } = figuresOf(timed, 'replay')
      const figures = figuresOf(timed, 'latchkey')
      return [{ name, figures, tripsInFloors, floorsBesides: floorsBesides(timed), counted: counts }]
    }),
    kept: Object.fromEntries(Object.entries(counted).map(([server, { kept }]) => [server, kept])),
    elsewhere: { median: median(cores), worst: Math.max(...cores) },
  }
}

/** @param server its name in the rounds */
function figuresOf({ busy, alone }: Timed, server: string): Figures {
  const samples = busy[server] ?? []
  return {
    cpu: median(cpuOf(samples)),
    floors: ratioOf(cpuOf(samples), cpuOf(busy.floor)),
    rulers: ratioOf(cpuOf(samples), cpuOf(busy.ruler)),
    failures: samples.reduce((sum, { failures }) => sum + failures, 0),
    perSecond: median(samples.map(({ perSecond }) => perSecond)),
    p50: median(samples.map(({ p50 }) => p50)),
    p99: median(samples.map(({ p99 }) => p99)),
    alone: median(waitsOf(alone[server])),
    aloneRulers: ratioOf(waitsOf(alone[server]), waitsOf(alone.ruler)),
  }
}

/** A page's cost in floors, without that of its D1 round trips: alone they come in an answer, which is also a floor. */
function floorsBesides({ busy }: Timed): Ratio {
  const [floor, trips] = [cpuOf(busy.floor), cpuOf(busy.replay)]
  const own = cpuOf(busy.latchkey).map((cpu, round) => cpu - ((trips[round] ?? 0) - (floor[round] ?? 0)))
  return ratioOf(own, floor)
}

/** All of the times count for the floor. */
function floorOf(all: readonly Timed[]): Results['floor'] {
  const joined = (pick: (timed: Timed) => Rounds): Rounds => ({
    floor: all.flatMap((each) => pick(each).floor ?? []),
  })
  return figuresOf({ busy: joined(({ busy }) => busy), alone: joined(({ alone }) => alone) }, 'floor')
}

function cpuOf(samples: readonly Sample[] | undefined): readonly number[] {
  return (samples ?? []).map(({ cpu }) => cpu)
}

function waitsOf(samples: readonly Sample[] | undefined): readonly number[] {
  return (samples ?? []).map(({ p50 }) => p50)
}
