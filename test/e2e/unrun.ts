import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../scripts/project.ts'

/**
 * Where a command of `npm run` is run, if not here. Each of these files names the script. `bench` and `screenshots` take minutes: their
 * parts are tested.
 */
const testsOf: Readonly<Record<string, string>> = {
  start: 'test/scripts/start.test.ts',
  createsuperuser: 'test/scripts/start.test.ts',
  playground: 'test/e2e/elsewhere.ts',
  import: 'test/scripts/import.test.ts',
  deploy: 'test/scripts/deploy.test.ts',
  backup: 'test/scripts/remote-backup.test.ts',
  restore: 'test/scripts/remote-backup.test.ts',
  'end-everything': 'test/scripts/remote-backup.test.ts',
  doctor: 'test/scripts/doctor.test.ts',
  'audit:archive': 'test/scripts/audit-archive.test.ts',
  'audit:verify': 'test/scripts/audit-verify.test.ts',
  bench: 'test/scripts/bench.test.ts',
  'bench:profile': 'test/scripts/bench.test.ts',
  screenshots: 'test/e2e/screenshots.ts',
  release: 'test/scripts/command-line.test.ts',
}

/** Commands that no test runs, with the reason. */
const notRun: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^git clone /, 'The repository is not published yet: CI runs on a clone of it'],
  [/^git tag /, 'It only reads, and a clone for a test may have no tags'],
  [/^npm (run )?(test|test:scripts|check|format)$/, 'CI itself runs it, or what it calls'],
  [/^npx vitest run ?/, 'CI runs the tests in the same way'],
  [/^(node scripts\/test-browser\.ts|npm run test:browser) /, 'It runs this test'],
  [/^npm run test:clients$/, 'It needs Go, Rust, Java and Python, and their packages'],
  [/^npm run docs:config$/, 'test/scripts compares the page with what it would write'],
  [
    /^npm run (size|bench|test:runtimes) -w /,
    'test/scripts/protect.test.ts measures the size; the others take minutes',
  ],
  [/^npm run bench:(peers|scale|bound)$/, 'It takes minutes, and the first one installs other servers'],
  [
    /^npx wrangler (login|tail|secret put|versions|d1 (time-travel|delete|migrations apply))\b/,
    'It needs an account at Cloudflare',
  ],
  [/^openssl rand /, 'A program of the system, which prints random text'],
  [/^(python manage\.py dumpdata|bin\/kc\.sh export) /, 'It needs the other server, with its users'],
]

/** Blocks that are no programs: how each is kept true. */
export const shown: Readonly<
  Record<string, readonly (readonly [language: string, part: string, kept: string])[]>
> = {
  'README.md': [
    ['', 'Latchkey is at', 'compared with scripts/server/first-run.ts below'],
    ['json', '"access_token"', 'compared with the answer above'],
    ['', 'HTTP/1.1 401', 'compared with the answer above'],
    ['json', '"hello"', 'compared with the answer above'],
    ['', 'src/', 'compared with the files below'],
  ],
  'docs/development.md': [['', 'reverse_proxy', 'Caddy is no package of the project: it was run by hand']],
  'docs/how-it-works.md': [
    ['mermaid', 'sequenceDiagram', 'a picture'],
    ['mermaid', 'KV', 'a picture'],
    ['mermaid', 'current: the code is redeemed', 'a picture'],
    ['mermaid', 'next', 'a picture'],
  ],
}

/** Why nobody runs a line; undefined when somebody does. */
export function unrun(line: string): string | undefined {
  // Settings in front, and what the line says of itself behind.
  const command = line
    .replace(/^(\w+=('[^']*'|\S+) )+/, '')
    .replace(/\s+#.*$/, '')
    .trim()
  if (notRun.some(([pattern]) => pattern.test(command))) return undefined
  const [, script, rest = ''] = /^npm (?:run )?([\w:-]+)(?: -- (.*))?$/.exec(command) ?? []
  if (script === undefined) return `${line}: no test of this file has run it`
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  )
  const started = /^node (\S+)/.exec(scripts[script] ?? '')?.[1]
  if (started === undefined) return `${line}: there is no script ${script}`
  const test = script.startsWith('example:') ? 'test/e2e/examples.test.ts' : testsOf[script]
  if (test === undefined) return `${line}: no test is named for ${script}`
  const [name = ''] = script.split(':').slice(-1)
  const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
  if (!read(test).includes(name)) return `${line}: ${test} does not name it`
  const imported = [...read(started).matchAll(/ from '(\.[^']+\.ts)'/g)].map(([, file = '']) =>
    path.join(path.dirname(started), file),
  )
  const sources = [started, ...imported].map(read).join('')
  const unknown = [...rest.matchAll(/--([\w-]+)/g)]
    .map(([, option = '']) => option)
    .find((option) => !new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(sources))
  return unknown === undefined ? undefined : `${line}: --${unknown} is no option of ${started}`
}
