// `npm run bench`: the cost of each flow and page, compared with a floor and a ruler that run in the same minutes;
// docs/performance.md explains the method. `--quick` takes less than a minute, `--only account` times only the flow or page of
// that name (it can be repeated, and `pages` are all pages), `--out` names the folder of the results, and with `--entry` every
// request passes through the entry of the local runtime, as in `wrangler dev`.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from '../scripts/failure.ts'
import { root } from '../scripts/project.ts'
import { temporaryFolder } from '../scripts/temporary-folder.ts'
import { timeFlows, timePages } from './driver/rounds.ts'
import { flows, pages } from './flows.ts'
import { measureMemory } from './memory.ts'
import { Progress } from './progress.ts'
import { drawFlows, report } from './report.ts'
import { machineName, type Results, resultsOf } from './results.ts'
import { type Builds, buildAll } from './servers/builds.ts'
import { countContestants, startContestants } from './servers/contestants.ts'
import { latchkeySettings } from './servers/latchkey.ts'
import { measureStartUp } from './start-up.ts'

const requests = 100_000
const mostForMemory = 5 * 60_000

const { quick = false, entry = false, only, out = path.join(root, '.wrangler/bench') } = readOptions()
const names = [...flows, ...pages].map(({ name }) => name)
const unknown = only?.find((name) => name !== 'pages' && !names.includes(name))
if (unknown !== undefined) fail(`--only is one of: pages, ${names.join(', ')}`)
const chosenFlows = flows.filter(({ name }) => only?.includes(name) ?? true)
const chosenPages = pages.filter(({ name }) => (only?.includes(name) || only?.includes('pages')) ?? true)

const door = entry ? 'through the entry of the local runtime' : 'at each Worker’s own socket'
const schedule = { rounds: quick ? 2 : 7, stretch: quick ? 200 : 800, lanes: 8 }

const folder = temporaryFolder('bench')
try {
  save(await bench(await buildAll(folder)))
} catch (error) {
  console.error(error)
  // Also stops the Workers.
  process.exit(1)
}

function readOptions() {
  try {
    const flag = { type: 'boolean' } as const
    return parseArgs({
      options: {
        quick: flag,
        entry: flag,
        only: { type: 'string', multiple: true },
        out: { type: 'string' },
      },
    }).values
  } catch (error) {
    return fail(`${(error as Error).message}. Like this: npm run bench -- --quick`)
  }
}

async function bench(builds: Builds): Promise<Results> {
  const stretches = 3 * schedule.rounds * (chosenFlows.length + chosenPages.length)
  const isWhole = only === undefined
  const expected = {
    counting: 10_000,
    startUp: !isWhole ? 0 : quick ? 5_000 : 15_000,
    memory: quick || !isWhole ? 0 : 150_000,
  }
  const progress = new Progress(
    expected.counting + stretches * 1.5 * schedule.stretch + expected.startUp + expected.memory,
  )
  progress.step('counting', expected.counting)
  const state = path.join(folder, 'counted')
  const counted = await countContestants(builds, state, { flows: chosenFlows, pages: chosenPages })

  const contestants = await startContestants(builds, schedule.lanes, entry, state)
  const { floor, ruler, latchkey } = contestants
  const timedFlows = await timeFlows(floor, [ruler, latchkey], schedule, progress, chosenFlows)
  const { recorded } = counted.latchkey
  const timedPages = await timePages(contestants, chosenPages, recorded, schedule, progress)
  await contestants.stop()

  progress.step('start-up', expected.startUp)
  const startUp = isWhole ? await measureStartUp(builds.latchkey, latchkeySettings, quick ? 3 : 9) : undefined
  const onPart = (part: string) => progress.step(part, expected.memory / 10)
  const memory =
    quick || !isWhole ? undefined : await measureMemory(builds.latchkey, requests, mostForMemory, onPart)
  progress.end()
  return {
    takenAt: new Date().toISOString(),
    machine: machineName(),
    settings: `${schedule.rounds} rounds of ${schedule.stretch} ms, ${schedule.lanes} lanes, ${door}`,
    ...resultsOf(counted, timedFlows, timedPages),
    startUp,
    memory,
    gzipped: builds.latchkey.bundle.gzipped,
  }
}

function save(results: Results): void {
  const text = report(results)
  console.log(text)
  mkdirSync(out, { recursive: true })
  writeFileSync(path.join(out, 'results.txt'), `${text}\n`)
  writeFileSync(path.join(out, 'results.json'), JSON.stringify(results, null, 2))
  writeFileSync(path.join(out, 'chart.svg'), drawFlows(results))
  console.log(`\nAlso in ${path.relative(process.cwd(), out)}: results.txt, results.json, chart.svg`)
}
