import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after } from 'node:test'
import { root } from '../../scripts/project.ts'

export type Settings = Readonly<Record<string, string>>

/** `npm run example:…`; the first address that it prints. */
export async function startExample(name: string, settings: Settings): Promise<string> {
  const example = runExample(name, settings)
  after(() => process.kill(-example.pid))
  const address = () => /^ {2}\S.*?(http:\/\/localhost:\d+\S*)\s/m.exec(example.said())?.[1]
  while (address() === undefined && (await Promise.race([example.more(), example.ended])) === undefined);
  return address() ?? assert.fail(`npm run example:${name} ended: ${example.said()}`)
}

/** Waits until the output matches. Returns the first group. */
export async function waitForOutput(example: Example, pattern: RegExp): Promise<string> {
  const found = () => pattern.exec(example.said())?.[1]
  while (found() === undefined && (await Promise.race([example.more(), example.ended])) === undefined);
  return found() ?? assert.fail(`The example ended: ${example.said()}`)
}

export interface Example {
  readonly pid: number
  /** All of its output so far. */
  said(): string
  /** Waits for more output. */
  more(): Promise<undefined>
  /** The exit code. */
  readonly ended: Promise<number>
}

export function runExample(name: string, settings: Settings): Example {
  const env = { ...process.env, ...settings }
  // A group of its own, so that the processes that npm starts end with it.
  const child = spawn('npm', ['run', `example:${name}`], { cwd: root, env, detached: true })
  const parts: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => parts.push(String(data)))
  return {
    pid: child.pid ?? assert.fail('npm does not start'),
    said: () => parts.join(''),
    more: () => once(child.stdout, 'data').then(() => undefined),
    ended: once(child, 'close').then(([code]) => code),
  }
}
