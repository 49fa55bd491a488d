import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

const isLinux = process.platform === 'linux'

/** User and system time of all threads of a process in milliseconds: to the nanosecond on Linux, elsewhere as precise as `ps`. */
export function cpuTime(pid: number): number {
  if (!isLinux) return parseTime(ps('time', pid))
  const folder = `/proc/${pid}/task`
  const spent = readdirSync(folder).map((thread) => {
    try {
      return Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0])
    } catch {
      // It has just ended.
      return 0
    }
  })
  return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6
}

/** Resident memory of a process in bytes. */
export function memoryOf(pid: number): number {
  return Number(ps('rss', pid)) * 1024
}

/** The processes named `workerd` that this one started. */
export function workerdProcesses(): readonly number[] {
  const lines = isLinux ? linuxProcesses() : ps('pid=,ppid=,comm').split('\n')
  return lines.flatMap((line) => {
    const [pid, parent, command = ''] = line.trim().split(/\s+/)
    return Number(parent) === process.pid && command.endsWith('workerd') ? [Number(pid)] : []
  })
}

/** Milliseconds during which all cores of this machine have been busy. */
export function machineTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}

function linuxProcesses(): readonly string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? []
      return [`${name} ${parent} ${command}`]
    } catch {
      return []
    }
  })
}

function ps(column: string, pid?: number): string {
  const which = pid === undefined ? ['-A'] : ['-p', String(pid)]
  return execFileSync('ps', ['-o', `${column}=`, ...which], { encoding: 'utf8' }).trim()
}

/** `[[days-]hours:]minutes:seconds.hundredths` in milliseconds. */
function parseTime(text: string): number {
  const [clock = '', days = '0'] = text.split('-').toReversed()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return (Number(days) * 86400 + seconds) * 1000
}
