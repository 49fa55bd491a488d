import { chart } from './chart.ts'
import type { Probe } from './driver/measure.ts'
import { aloneTarget, pageTarget } from './flows.ts'
import { growthTarget } from './memory.ts'
import { priceOf } from './prices.ts'
import type { Results } from './results.ts'
import { startUpTarget } from './start-up.ts'
import { type Ratio, rounded } from './statistics.ts'

/** The results for a terminal, and for docs/performance.md. */
export function report(results: Results): string {
  return [...flowTables(results), '', table(pageHeads, pagesOf(results)), '', ...facts(results)]
    .join('\n')
    .trimEnd()
}

interface PeerResults extends Timings {
  readonly probes: Readonly<Record<string, Probe>>
  /** The missing features of a server. */
  readonly lacks: Readonly<Record<string, readonly string[]>>
}

/** The same for other servers, with the features that each lacks. */
export function reportPeers(results: PeerResults): string {
  const said = (good: boolean) => (good ? 'refused' : 'ACCEPTED')
  const probed = Object.entries(results.probes).map(([server, of]) => [
    server,
    said(of.refusesWrongVerifier),
    said(of.refusesWrongSecret),
    `${of.codeUses} of 6`,
    `${of.refreshUses} of 6`,
  ])
  const failed = results.flows.flatMap(({ name, servers }) =>
    Object.entries(servers).flatMap(([server, { failures }]) =>
      failures === 0 ? [] : [`- ${server}: ${failures} of ${name} failed, and are not in the times.`],
    ),
  )
  const lacks = Object.entries(results.lacks).map(([server, of]) => `- ${server}: ${of.join('; ')}.`)
  return [
    ...flowTables(results),
    '',
    table(
      ['server', 'wrong verifier', 'wrong secret', 'one code at once', 'one refresh token at once'],
      probed,
    ),
    '',
    'What is not in these figures:',
    ...lacks,
    ...failed,
  ].join('\n')
}

/** CPU time of each flow as a picture. */
export function drawFlows({ flows }: Pick<Results, 'flows'>): string {
  const groups = flows.map(({ name, target, servers }) => {
    const bars = Object.entries(servers).map(([server, { floors }], color) => ({
      name: server,
      value: floors.median,
      color,
    }))
    return { name, bars, target: target * (servers.ruler?.floors.median ?? Number.NaN) }
  })
  const unit = 'as a multiple of the floor, a static answer; the line is the target'
  return chart('CPU time of a flow', unit, groups)
}

type Timings = Pick<Results, 'takenAt' | 'machine' | 'settings' | 'floor' | 'flows' | 'elsewhere'>

function flowTables(results: Timings): readonly string[] {
  const { takenAt, machine, settings, elsewhere, floor } = results
  return [
    `Taken ${takenAt}: ${machine}. ${settings}.`,
    `Other programs kept ${rounded(elsewhere.median)} cores busy (at worst ${rounded(elsewhere.worst)}).`,
    `The floor: ${rounded(floor.cpu)} ms of CPU a request, ${rounded(floor.perSecond)} a second.`,
    ...(results.flows.length === 0 ? [] : tablesOfFlows(results)),
  ]
}

function tablesOfFlows(results: Pick<Results, 'flows'>): readonly string[] {
  return [
    '',
    table(['flow', 'server', 'CPU ms', 'x floor', 'x ruler', 'target', ''], costs(results)),
    '',
    table(
      ['flow', 'server', 'flows/s', 'p50 ms', 'p99 ms', 'p50 alone', 'x ruler', 'target', ''],
      times(results),
    ),
    '',
    table(countHeads, counts(results)),
  ]
}

const countHeads = [
  'flow',
  'server',
  'requests',
  'D1 calls',
  'statements',
  'rows read',
  'written',
  'D1 bytes',
  'KV calls',
  'KV bytes',
  'answered',
  '$ a million',
]
const pageHeads = [
  'page',
  'CPU ms',
  'x floor',
  'D1 alone',
  'besides D1',
  'target',
  '',
  'D1 calls',
  'statements',
  'rows read',
  'D1 bytes',
  'p50 alone',
  'bytes',
]

function costs({ flows }: Pick<Results, 'flows'>): readonly Row[] {
  return flows.flatMap(({ name, target, servers }) =>
    Object.entries(servers).map(([server, { cpu, floors, rulers }]) => {
      const goal = server === 'latchkey' ? [rounded(target), verdict(rulers.median, target)] : ['', '']
      return [name, server, rounded(cpu), spread(floors), server === 'ruler' ? '' : spread(rulers), ...goal]
    }),
  )
}

function times({ flows }: Pick<Results, 'flows'>): readonly Row[] {
  return flows.flatMap(({ name, servers }) =>
    Object.entries(servers).map(([server, { perSecond, p50, p99, alone, aloneRulers }]) => {
      const goal =
        server === 'latchkey' ? [rounded(aloneTarget), verdict(aloneRulers.median, aloneTarget)] : ['', '']
      const ratio = server === 'ruler' ? '' : spread(aloneRulers)
      return [name, server, rounded(perSecond), rounded(p50), rounded(p99), rounded(alone), ratio, ...goal]
    }),
  )
}

function counts({ flows }: Pick<Results, 'flows'>): readonly Row[] {
  return flows.flatMap(({ name, counted }) =>
    Object.entries(counted).map(([server, of]) => [
      name,
      server,
      ...[of.requests, of.d1Calls, of.statements, of.rowsRead, of.rowsWritten].map(exact),
      of.d1Bytes.toFixed(0),
      exact(of.kvCalls),
      ...[of.kvBytes, of.bytes].map((bytes) => bytes.toFixed(0)),
      priceOf(of).toFixed(2),
    ]),
  )
}

function pagesOf({ pages }: Results): readonly Row[] {
  return pages.map(({ name, figures, tripsInFloors, floorsBesides, counted }) => [
    name,
    rounded(figures.cpu),
    spread(figures.floors),
    spread(tripsInFloors),
    spread(floorsBesides),
    rounded(pageTarget),
    verdict(floorsBesides.median, pageTarget),
    exact(counted.d1Calls),
    exact(counted.statements),
    exact(counted.rowsRead),
    counted.d1Bytes.toFixed(0),
    rounded(figures.alone),
    counted.bytes.toFixed(0),
  ])
}

function facts({ kept, startUp, memory, gzipped }: Results): readonly string[] {
  if (startUp === undefined) return []
  const keptBytes = Object.entries(kept).map(([server, bytes]) => `${server} ${bytes.toFixed(0)}`)
  const script = `${rounded(startUp.script)} ms (at most ${startUpTarget}) ${verdict(startUp.script, startUpTarget)}`
  const lines = [
    `Bytes that D1 keeps of one code flow: ${keptBytes.join(', ')}.`,
    `Start-up of the script: ${script}; the first page after it: ${rounded(startUp.firstPage)} ms.`,
    `Worker: ${(gzipped / 1024).toFixed(1)} KiB gzipped.`,
  ]
  if (memory === undefined) return lines
  const [first, last] = [memory.series[0], memory.series.at(-1)]
  if (first === undefined || last === undefined) return lines
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
  return [
    ...lines,
    `Heap of the isolate: ${mib(first.heap)} after ${first.requests} requests, ${mib(last.heap)} after ${last.requests} ` +
      `(${memory.growth < growthTarget ? 'flat' : 'GROWS'}); its process ${mib(first.process)} and ${mib(last.process)}, with D1 and KV in it.`,
  ]
}

type Row = readonly string[]

/** In Markdown, aligned for a terminal; a value repeated from the row above is left out. */
export function table(heads: readonly string[], rows: readonly Row[]): string {
  const widths = heads.map((head, column) =>
    Math.max(3, ...[head, ...rows.map((row) => row[column] ?? '')].map((text) => text.length)),
  )
  const isText = (column: number) => column === 0 || heads[column] === 'server' || heads[column] === ''
  const line = (cells: Row) =>
    `| ${widths.map((width, column) => (isText(column) ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  const shown = rows.map((row, index) => [
    row[0] === rows[index - 1]?.[0] ? '' : (row[0] ?? ''),
    ...row.slice(1),
  ])
  return [line(heads), rule, ...shown.map(line)].join('\n')
}

function spread({ median, low, high }: Ratio): string {
  return Number.isFinite(median) ? `${rounded(median)} (${rounded(low)}–${rounded(high)})` : '–'
}

function exact(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}

function verdict(value: number, target: number): string {
  return value <= target ? 'reached' : 'OVER'
}
