import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../scripts/project.ts'

/**
 * Programs of docs/recipes and of the console. Those of packages that are not installed here run with RECIPES_FROM, a folder with
 * their node_modules, or go.mod and go.sum, and PYTHON, a Python that has them.
 */

const from = process.env.RECIPES_FROM ?? root
const modules = path.join(from, 'node_modules')
const python = process.env.PYTHON ?? 'python3'

export interface Program {
  readonly language: string
  readonly text: string
}

/** The file of a program, and its command. */
const starts: Readonly<Record<string, readonly [file: string, command: string, ...args: string[]]>> = {
  js: ['app.mjs', process.execPath, 'app.mjs'],
  python: ['app.py', python, 'app.py'],
  go: ['main.go', './app'],
}

/** Whether its imports are installed. */
export function isInstalled({ language, text }: Program): boolean {
  if (language === 'python') {
    const names = [...text.matchAll(/^(?:from|import) (\w+)/gm)].map(([, name = '']) => name)
    const code =
      'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))'
    return spawnSync(python, ['-c', code, ...names]).status === 0
  }
  if (!(language in starts)) return false
  if (language === 'go') return existsSync(path.join(from, 'go.mod'))
  const names = [...text.matchAll(/(?:from |resolve\()'(@[\w-]+\/[\w-]+|[\w-]+)(?=['/])/g)].map(
    ([, name = '']) => name,
  )
  return names.length > 0 && names.every((name) => existsSync(path.join(modules, name)))
}

interface Started {
  /** Resolves when it has ended. */
  readonly exit: Promise<unknown>
  hasEnded(): boolean
  /** Everything that it has written. */
  said(): string
}

/** It ends with the test file. */
export function start(program: Program, settings: Readonly<Record<string, string>> = {}): Started {
  const place = mkdtempSync(path.join(tmpdir(), 'latchkey-program-'))
  symlinkSync(modules, path.join(place, 'node_modules'))
  const [file, command, ...args] = starts[program.language] ?? assert.fail(program.language)
  writeFileSync(path.join(place, file), program.text)
  if (program.language === 'go') {
    for (const name of ['go.mod', 'go.sum']) copyFileSync(path.join(from, name), path.join(place, name))
    const { status, stderr } = spawnSync('go', ['build', '-o', 'app', '.'], { cwd: place, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  }
  const env = { ...process.env, ...settings }
  const child = spawn(command, args, { cwd: place, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(String(data)))
  const exit = once(child, 'close')
  after(async () => {
    if (child.exitCode === null && child.kill()) await exit
    rmSync(place, { recursive: true })
  })
  return { exit, hasEnded: () => child.exitCode !== null, said: () => said.join('') }
}

/** Waits until it answers. It ends with the test file. */
export async function serve(
  program: Program,
  origin: string,
  settings?: Readonly<Record<string, string>>,
): Promise<void> {
  const { hasEnded, said } = start(program, settings)
  for (let tries = 0; tries < 1200; tries++) {
    if (
      await fetch(origin, { redirect: 'manual' }).then(
        () => true,
        () => false,
      )
    )
      return
    assert.equal(hasEnded(), false, said())
    await sleep(100)
  }
  assert.fail(`It does not answer: ${said()}`)
}
