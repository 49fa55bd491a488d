// `npm run bench:profile -- --flow refresh`: the time of Latchkey's own script in a flow or page, by file and by function. D1
// and KV are other isolates of the process: their time is the difference to the CPU time of the process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { bundleWorker } from '../scripts/bundle.ts'
import { fail } from '../scripts/failure.ts'
import { root } from '../scripts/project.ts'
import { measure, openLanes } from './driver/measure.ts'
import { flows, pages } from './flows.ts'
import { table } from './report.ts'
import { Inspector, type ProfileNode, selfTimes } from './servers/inspector.ts'
import { arrangeLatchkey, latchkeySettings } from './servers/latchkey.ts'
import { startWorker } from './servers/workers.ts'
import { rounded } from './statistics.ts'

const work = [...flows, ...pages.map(({ name, show }) => ({ name, run: show }))]
const { flow = 'authorize + code' } = parseArgs({ options: { flow: { type: 'string' } } }).values
const chosen = work.find(({ name }) => name === flow)
if (chosen === undefined) fail(`--flow is one of: ${work.map(({ name }) => name).join(', ')}`)

const milliseconds = 4000
const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-profile-'))
const config = path.join(root, 'wrangler.toml')
// Without minification, each function has its name, and a comment names its file.
const bundle = await bundleWorker(config, folder, ['--minify=false'])
rmSync(folder, { recursive: true, force: true })
const worker = await startWorker({ config, bundle }, { ...latchkeySettings, inspected: true })
const lanes = await openLanes(await arrangeLatchkey(worker), 4)
await measure(lanes, chosen.run, 1500, [])
if (worker.inspectorUrl === undefined) fail('The Worker was started without its inspector')
const inspector = await Inspector.open(worker.inspectorUrl)
const before = lanes.reduce((sum, { connection }) => sum + connection.requests, 0)
let cpu = 0
let done = 0
const profile = await inspector.profile(async () => {
  const sample = await measure(lanes, chosen.run, milliseconds, [])
  cpu = sample.cpu
  done = sample.flows
}, 100)
const requests = lanes.reduce((sum, { connection }) => sum + connection.requests, 0) - before
inspector.close()
for (const { connection } of lanes) connection.close()
await worker.stop()

const script = bundle.modules.find(({ name }) => name === bundle.main)?.contents.toString() ?? ''
const fileOf = filesByLine(script)
const byFunction = new Map<string, number>()
const byFile = new Map<string, number>()
let total = 0
const callers = new Map(
  profile.nodes.flatMap((node) => (node.children ?? []).map((id) => [id, node] as const)),
)
for (const [node, time] of selfTimes(profile)) {
  const { file, name } = placeOf(node)
  add(byFile, file, time)
  add(byFunction, `${file}\t${name}`, time)
  total += time
}
console.log(`${flow}: ${done} flows of ${(requests / done).toFixed(1)} requests, with the profiler on.`)
console.log(
  `CPU ${rounded(cpu)} ms a flow in the process, ${rounded(total / 1000 / done)} ms of it in the script.\n`,
)
console.log(table(['file', 'ms a flow', 'share'], rows(byFile, 25)))
console.log()
console.log(
  table(
    ['function', 'ms a flow', 'share', ''],
    rows(byFunction, 40).map(([key = '', ...figures]) => {
      const [file = '', name = ''] = key.split('\t')
      return [name, ...figures, file]
    }),
  ),
)

/** Time of the runtime is attributed to the calling function. */
function placeOf(node: ProfileNode): { readonly file: string; readonly name: string } {
  let at: ProfileNode | undefined = node
  while (at !== undefined && !at.callFrame.url.endsWith(bundle.main)) at = callers.get(at.id)
  const name = node.callFrame.functionName || '(anonymous)'
  if (at === undefined) return { file: '(runtime)', name }
  const { lineNumber, functionName } = at.callFrame
  const caller = `${functionName || '(anonymous)'}, line ${lineNumber + 1}`
  return { file: fileOf(lineNumber), name: at === node ? caller : `${name} of ${caller}` }
}

function add(times: Map<string, number>, key: string, time: number): void {
  times.set(key, (times.get(key) ?? 0) + time)
}

function rows(times: ReadonlyMap<string, number>, most: number): readonly (readonly string[])[] {
  const sorted = [...times].toSorted(([, a], [, b]) => b - a).slice(0, most)
  return sorted.map(([key, time]) => [
    key,
    rounded(time / 1000 / done),
    `${((100 * time) / total).toFixed(1)} %`,
  ])
}

/** esbuild starts each file of a bundle with a comment that contains its path. */
function filesByLine(text: string): (line: number) => string {
  const starts = text.split('\n').flatMap((content, line) => {
    const file = /^\/\/ ((?:src|node_modules)\/\S+\.\w+)$/.exec(content)?.[1]
    return file === undefined ? [] : [{ line, file }]
  })
  return (line) => starts.findLast((start) => start.line <= line)?.file ?? bundle.main
}
