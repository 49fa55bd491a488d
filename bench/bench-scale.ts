// `npm run bench:scale`: the hot requests and the purge with 1,000,000 users, 100,000 applications, 5,000,000 logins and
// 10,000,000 events, compared with the same Worker with a thousandth of each. `--share 0.1` for a tenth of them. It takes some
// 20 GB of disk, and five minutes to a quarter of an hour.
import { cpSync, mkdirSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from '../scripts/failure.ts'
import { root } from '../scripts/project.ts'
import { temporaryFolder } from '../scripts/temporary-folder.ts'
import type { Service } from './driver/lane.ts'
import { openLanes } from './driver/measure.ts'
import { timeFlows } from './driver/rounds.ts'
import { flows } from './flows.ts'
import { Progress } from './progress.ts'
import { machineName } from './results.ts'
import { databaseFile, fill, type Sizes, stepsOf } from './scale/fill.ts'
import { measurePurge } from './scale/purge.ts'
import { reportScale, type ScaleResults } from './scale/report.ts'
import { buildAll } from './servers/builds.ts'
import { type CountedServer, countServer } from './servers/count.ts'
import { arrangeLatchkey, latchkeySettings } from './servers/latchkey.ts'
import { type Build, startWorker } from './servers/workers.ts'
import { ratioOf } from './statistics.ts'

const { share = '1', folder: parent = tmpdir() } = parseArgs({
  options: { share: { type: 'string' }, folder: { type: 'string' } },
}).values
if (!/^(0\.\d+|1)$/.test(share)) fail('--share is a number above 0 and up to 1')
const sized = (part: number): Sizes => ({
  users: Math.ceil(1_000_000 * part),
  applications: Math.ceil(100_000 * part),
  logins: Math.ceil(5_000_000 * part),
  events: Math.ceil(10_000_000 * part),
})
const [small, large] = [sized(0.001), sized(Number(share))]
const schedule = { rounds: 6, stretch: 800, lanes: 8 }

const { bavail, bsize } = statfsSync(parent)
if (bavail * bsize < 25e9 * Number(share))
  fail(`${parent} has no room for ${25 * Number(share)} GB: --folder names another`)
const folder = temporaryFolder('scale', parent)
try {
  save(await bench())
} catch (error) {
  console.error(error)
  // Also stops the Workers.
  process.exit(1)
}

async function bench(): Promise<ScaleResults> {
  const fillStep = 4000
  const measuring = flows.length * schedule.rounds * 3 * 1.5 * schedule.stretch
  const progress = new Progress(60_000 + stepsOf(large) * fillStep + measuring + 60_000)
  progress.step('building', 20_000)
  const builds = await buildAll(path.join(folder, 'builds'))
  const states = { small: path.join(folder, 'small'), large: path.join(folder, 'large') }
  const service = await prepare(builds.latchkey, states.small)
  cpSync(states.small, states.large, { recursive: true })
  fill(databaseFile(states.small), small, () => {})
  fill(databaseFile(states.large), large, (what) => progress.step(`filling: ${what}`, fillStep))

  progress.step('counting', 40_000)
  const counted = {
    small: await countIn(builds.countingLatchkey, states.small, service),
    large: await countIn(builds.countingLatchkey, states.large, service),
  }

  const floor = await startWorker(builds.floor)
  const workers = [
    await startWorker(builds.latchkey, { ...latchkeySettings, state: states.small }),
    await startWorker(builds.latchkey, { ...latchkeySettings, state: states.large }),
  ]
  const contestants = await Promise.all(
    ['small', 'large'].map(async (name, index) => {
      const { port = 0, pid = 0 } = workers[index] ?? {}
      const running = { ...service, name, port, pid }
      return { service: running, lanes: await openLanes(running, schedule.lanes) }
    }),
  )
  const still: Service = {
    ...service,
    name: 'floor',
    port: floor.port,
    pid: floor.pid,
    paths: {},
    signIn: async () => {},
  }
  const timed = await timeFlows(
    { service: still, lanes: await openLanes(still, schedule.lanes) },
    contestants,
    schedule,
    progress,
  )
  for (const { lanes } of contestants) for (const { connection } of lanes) connection.close()
  await Promise.all([floor, ...workers].map((worker) => worker.stop()))

  progress.step('purging', 60_000)
  const purge = await measurePurge(builds, states.large, service)
  progress.end()
  return {
    takenAt: new Date().toISOString(),
    machine: machineName(),
    sizes: { small, large },
    bytes: {
      small: statSync(databaseFile(states.small)).size,
      large: statSync(databaseFile(states.large)).size,
    },
    flows: flows.map(({ name }) => {
      const cpu = (server: string) => (timed.get(name)?.busy[server] ?? []).map((sample) => sample.cpu)
      const rows = (of: CountedServer) => of.counted.get(name)?.rowsRead ?? Number.NaN
      return {
        name,
        rowsRead: { small: rows(counted.small), large: rows(counted.large) },
        cpu: ratioOf(cpu('large'), cpu('small')),
      }
    }),
    purge,
  }
}

/** A database with the rows that the others are copied from, written by the Worker itself. */
async function prepare(build: Build, state: string): Promise<Service> {
  const worker = await startWorker(build, { ...latchkeySettings, state })
  try {
    const service = await arrangeLatchkey(worker)
    for (const { connection } of await openLanes(service, 1)) connection.close()
    return service
  } finally {
    await worker.stop()
  }
}

async function countIn(build: Build, state: string, service: Service): Promise<CountedServer> {
  const worker = await startWorker(build, { ...latchkeySettings, state })
  try {
    return await countServer({ ...service, port: worker.port, pid: worker.pid }, undefined, flows)
  } finally {
    await worker.stop()
  }
}

function save(results: ScaleResults): void {
  const out = path.join(root, '.wrangler/bench')
  const text = reportScale(results)
  console.log(text)
  mkdirSync(out, { recursive: true })
  writeFileSync(path.join(out, 'scale.txt'), `${text}\n`)
  writeFileSync(path.join(out, 'scale.json'), JSON.stringify(results, null, 2))
  console.log(`\nAlso in ${path.relative(process.cwd(), out)}: scale.txt, scale.json`)
}
