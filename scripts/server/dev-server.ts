import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { failFor } from '../failure.ts'
import { root } from '../project.ts'

/** The `wrangler dev` behind this build. */
export interface DevServer {
  /** Process id and start time: no later process has both. */
  readonly id: string
  readonly args: readonly string[]
}

interface Process {
  readonly parent: number
  readonly started: string
  readonly command: readonly string[]
}

/**
 * Wrangler tells a build command nothing about itself, but is one of its parents: directly, or behind a shell. Undefined for a
 * test that starts the Worker by wrangler's API, which needs no local state.
 */
export function findDevServer(): DevServer | undefined {
  let pid = process.ppid
  for (let hops = 0; hops < 3 && pid > 1; hops += 1) {
    const found = readProcess(pid)
    // Where processes can't be read, each build counts as the first of a server: the links are printed again.
    if (found === undefined) return { id: `build ${process.pid} ${Date.now()}`, args: [] }
    const dev = found.command.indexOf('dev')
    if (dev > 0 && found.command.slice(0, dev).some((part) => part.includes('wrangler'))) {
      return { id: `${pid} ${found.started}`, args: found.command.slice(dev + 1) }
    }
    pid = found.parent
  }
  return undefined
}

function readProcess(pid: number): Process | undefined {
  try {
    return process.platform === 'linux' ? readProcFs(pid) : askPs(pid)
  } catch {
    return undefined
  }
}

function readProcFs(pid: number): Process {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the name in parentheses, and may itself contain spaces: the third follows the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  return { parent: Number(fields[1]), started: fields[19] ?? '', command }
}

function askPs(pid: number): Process {
  const ask = (column: string) =>
    execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()
  return { parent: Number(ask('ppid')), started: ask('lstart'), command: ask('command').split(' ') }
}

/** Whether this is the server's first build; from now on it is not. */
export function isFirstBuildOf(server: DevServer): boolean {
  const file = path.join(root, '.wrangler', 'prepared-for')
  if (existsSync(file) && readFileSync(file, 'utf8') === server.id) return false
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, server.id)
  } catch (error) {
    failFor(error)
  }
  return true
}
