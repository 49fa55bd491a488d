// `npm run bench:peers`: the flows of `npm run bench` on other authorization servers, compared with the same floor and ruler,
// with a list of the features that each lacks. `--rounds` for more or fewer than five.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from '../scripts/failure.ts'
import { root } from '../scripts/project.ts'
import { temporaryFolder } from '../scripts/temporary-folder.ts'
import { openLanes, type Probe, probe } from './driver/measure.ts'
import { timeFlows } from './driver/rounds.ts'
import { flows } from './flows.ts'
import { Progress } from './progress.ts'
import { drawFlows, reportPeers } from './report.ts'
import { machineName, resultsOf } from './results.ts'
import { buildAll } from './servers/builds.ts'
import { countContestants, startContestants } from './servers/contestants.ts'
import { type CountedServer, countServer } from './servers/count.ts'
import {
  buildPeer,
  type Peer,
  peers,
  peersFolder,
  peerVersions,
  type RunningPeer,
  startPeer,
} from './servers/peers.ts'

const { rounds = '5' } = parseArgs({ options: { rounds: { type: 'string' } } }).values
if (!/^[1-9]\d?$/.test(rounds)) fail('--rounds is a number from 1 to 99')
const schedule = { rounds: Number(rounds), stretch: 600, lanes: 8 }
const out = path.join(root, '.wrangler/bench')

installPeers()
const folder = temporaryFolder('peers')
try {
  await bench()
} catch (error) {
  console.error(error)
  // Also stops the Workers.
  process.exit(1)
}

function installPeers(): void {
  if (existsSync(path.join(peersFolder, 'node_modules'))) return
  console.log('Installing the peers, once …')
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync('npm', args, {
    cwd: peersFolder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) fail('npm could not install the peers, for the reason above.')
}

async function bench(): Promise<void> {
  const turns = (peers.length + 3) * schedule.rounds * flows.length
  const progress = new Progress(40_000 + turns * 1.5 * schedule.stretch)
  progress.step('building and counting', 40_000)
  const builds = await buildAll(path.join(folder, 'builds'))
  const counted: Record<string, CountedServer> = { ...(await countContestants(builds)) }
  const contestants = await startContestants(builds, schedule.lanes, false)
  const running: RunningPeer[] = []
  const probes: Record<string, Probe> = {}
  const entered = [contestants.ruler, contestants.latchkey]
  for (const peer of peers) {
    const counts = await countPeer(peer)
    if (counts !== undefined) counted[peer.name] = counts
    const started = await startPeer(peer, await buildPeer(peer, path.join(folder, peer.name)))
    running.push(started)
    entered.push({ service: started.service, lanes: await openLanes(started.service, schedule.lanes) })
  }
  for (const { service, lanes } of entered) {
    for (const lane of lanes.slice(0, 1)) probes[service.name] = await probe(lane)
  }
  const timed = await timeFlows(contestants.floor, entered, schedule, progress)
  for (const { lanes } of entered) for (const { connection } of lanes) connection.close()
  await Promise.all(running.map(({ stop }) => stop()))
  await contestants.stop()
  progress.end()

  const results = {
    takenAt: new Date().toISOString(),
    machine: machineName(),
    settings: `${schedule.rounds} rounds of ${schedule.stretch} ms, ${schedule.lanes} lanes; ${peerVersions()}`,
    ...resultsOf(counted, timed, new Map()),
    probes,
    lacks: Object.fromEntries(peers.map(({ name, lacks }) => [name, lacks])),
  }
  const text = reportPeers(results)
  console.log(text)
  mkdirSync(out, { recursive: true })
  writeFileSync(path.join(out, 'peers.txt'), `${text}\n`)
  writeFileSync(path.join(out, 'peers.json'), JSON.stringify(results, null, 2))
  writeFileSync(path.join(out, 'peers.svg'), drawFlows(results))
  console.log(`\nAlso in ${path.relative(process.cwd(), out)}: peers.txt, peers.json, peers.svg`)
}

/** Undefined for the peer whose storage is in its own process. */
async function countPeer(peer: Peer): Promise<CountedServer | undefined> {
  const main = path.join(peersFolder, peer.name, 'worker.js')
  const counting = [path.join(root, 'bench/counting/worker.ts'), '--alias', `counted-worker:${main}`]
  const build = await buildPeer(peer, path.join(folder, `counting-${peer.name}`), counting)
  if (build === undefined) return undefined
  const { service, stop } = await startPeer(peer, build)
  try {
    return await countServer(service, undefined, flows)
  } finally {
    await stop()
  }
}
