// `npm run release -- 0.2.0`: writes a version everywhere it is written, and closes “Unreleased” in the changelog.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { fail, failUsage } from './failure.ts'
import { root } from './project.ts'

export type Files = Readonly<Record<string, string>>

const changelog = 'CHANGELOG.md'
export const versionedFiles = [
  'package.json',
  'packages/protect/package.json',
  'package-lock.json',
  changelog,
]

/** The versions in these files, by the place: all are equal. */
export function versionsIn(files: Files): Readonly<Record<string, string | undefined>> {
  const read = (name: string) => JSON.parse(files[name] ?? '{}')
  const lock = read('package-lock.json')
  return {
    'package.json': read('package.json').version,
    'packages/protect/package.json': read('packages/protect/package.json').version,
    'package-lock.json': lock.version,
    'package-lock.json, the project': lock.packages?.['']?.version,
    'package-lock.json, packages/protect': lock.packages?.['packages/protect']?.version,
    // The newest one that is released.
    [changelog]: /^## (\d+\.\d+\.\d+) - \d{4}-\d{2}-\d{2}$/m.exec(files[changelog] ?? '')?.[1],
  }
}

/** The files with the next version, or why it can't be released. `day`: YYYY-MM-DD. */
export function released(files: Files, next: string, day: string): Files | string {
  const current = versionsIn(files)['package.json'] ?? '0.0.0'
  if (!/^\d+\.\d+\.\d+$/.test(next) || compare(next, current) <= 0)
    return `The next version must be greater than ${current}, like 1.2.3: ${next}`
  const unreleased = /^## Unreleased\n+(?!## )(?=\S)/m
  if (!unreleased.test(files[changelog] ?? '')) return `${changelog} has nothing under “Unreleased”.`
  const places = {
    'package.json': /^( {2}"version": )"[^"]*"/m,
    'packages/protect/package.json': /^( {2}"version": )"[^"]*"/m,
    'package-lock.json':
      /(^ {2}"version": |^ {4}"(?:packages\/protect)?": \{\n {6}"name": "[^"]*",\n {6}"version": )"[^"]*"/gm,
  }
  const changed = Object.entries(places).map(([name, pattern]) => [
    name,
    (files[name] ?? '').replace(pattern, `$1"${next}"`),
  ])
  const closed = (files[changelog] ?? '').replace(unreleased, `## Unreleased\n\n## ${next} - ${day}\n\n`)
  return { ...Object.fromEntries(changed), [changelog]: closed }
}

function compare(one: string, other: string): number {
  const numbers = (version: string) => version.split('.').map(Number)
  const [a, b] = [numbers(one), numbers(other)]
  return a.map((part, index) => part - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0
}

function readVersion(): string {
  try {
    return parseArgs({ allowPositionals: true }).positionals[0] ?? ''
  } catch (error) {
    return failUsage(error, 'npm run release -- 0.2.0')
  }
}

if (import.meta.main) {
  const version = readVersion()
  const files = Object.fromEntries(
    versionedFiles.map((name) => [name, readFileSync(path.join(root, name), 'utf8')]),
  )
  const changed = released(files, version, new Date().toISOString().slice(0, 10))
  if (typeof changed === 'string') fail(changed)
  for (const [name, text] of Object.entries(changed)) writeFileSync(path.join(root, name), text)
  console.log(`Written: ${Object.keys(changed).join(', ')}. Now commit, and tag it:\n
  git commit -am "chore(release): ${version}" && git tag -a v${version} -m "Latchkey ${version}"\n`)
}
