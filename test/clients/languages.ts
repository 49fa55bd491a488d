import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../scripts/project.ts'

/** How the programs of a language are made. They are kept beside the packages, so that the next run is quick. */
interface Language {
  /** The programs that a machine must have. */
  readonly needs: readonly string[]
  /** Commands in the folder of the language, in order. */
  readonly make: readonly (readonly string[])[]
  /** Starts it, in the same folder. The name of the client follows. */
  readonly start: readonly string[]
}

const languages = {
  go: {
    needs: ['go'],
    make: [['go', 'build', '-o', 'clients', '.']],
    start: ['./clients'],
  },
  javascript: {
    needs: ['npm'],
    make: [['npm', 'ci', '--silent', '--ignore-scripts', '--no-audit', '--no-fund']],
    start: [process.execPath, 'atproto.mjs'],
  },
  rust: {
    needs: ['cargo'],
    make: [['cargo', 'build', '--locked', '--quiet']],
    start: ['target/debug/clients'],
  },
  java: {
    needs: ['java', 'mvn'],
    make: [['mvn', '-q', '-B', 'compile', 'dependency:copy-dependencies', '-DoutputDirectory=target/jars']],
    start: ['java', '-cp', 'target/classes:target/jars/*', 'Clients'],
  },
  // A provider, not a client.
  spring: {
    needs: ['java', 'mvn'],
    make: [['mvn', '-q', '-B', 'compile', 'dependency:copy-dependencies', '-DoutputDirectory=target/jars']],
    start: ['java', '-cp', 'target/classes:target/jars/*', 'Provider'],
  },
  'oidc-agent': {
    needs: ['oidc-gen', 'curl'],
    make: [],
    start: ['sh', 'clients.sh'],
  },
  python: {
    needs: ['python3'],
    make: [
      ['python3', '-m', 'venv', 'venv'],
      ['venv/bin/python', '-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'],
    ],
    start: ['venv/bin/python', 'clients.py'],
  },
} satisfies Readonly<Record<string, Language>>

export type LanguageName = keyof typeof languages

/** The reason why clients of a language can't run on this machine, if there is one. */
export function lackOf(name: LanguageName): string | undefined {
  const missing = languages[name].needs.filter((program) => !isThere(program))
  return missing.length === 0 ? undefined : `not on this machine: ${missing.join(', ')}`
}

export function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}

export interface Built {
  readonly folder: string
  readonly start: readonly string[]
}

/** Installs the packages of a language, by its own client, and compiles. */
export async function build(name: LanguageName): Promise<Built> {
  const { make, start } = languages[name]
  const folder = path.join(root, 'node_modules/.cache/latchkey-clients', name)
  mkdirSync(folder, { recursive: true })
  cpSync(path.join(import.meta.dirname, name), folder, { recursive: true })
  for (const [command = '', ...args] of make) await runIn(folder, command, args)
  return { folder, start }
}

/** Not `spawnSync`: while that blocks, the server closes the connections that are kept open to it. */
export async function runIn(folder: string, command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: unknown[] = [command, ...args, '\n']
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(data))
  const [status] = await once(child, 'close')
  assert.equal(status, 0, said.join(' '))
}
