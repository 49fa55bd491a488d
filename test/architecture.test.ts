import { describe, expect, it } from 'vitest'
import admin from '../public/messages/admin/en.json'
import { wordsThatAreOut } from './words-that-are-out.ts'

/** Every source file and its text. */
const globbed: Record<string, string> = import.meta.glob('../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const sources: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(globbed).map(([file, text]) => [file.replace('../src/', ''), text]),
)
const files = Object.keys(sources)

/** A lower level never imports a higher one. Levels may be skipped. */
const levels = ['values', 'rules', 'secrets', 'store', 'acts', 'http', 'routes', 'app'] as const
type Level = (typeof levels)[number] | 'ui'

/** The few files beside the folders. */
const named: Readonly<Record<string, Level>> = {
  'paths.ts': 'rules',
  'variables.ts': 'rules',
  'config.ts': 'rules',
  'app.ts': 'app',
  'index.ts': 'app',
  'maintenance.ts': 'app',
  'wasm.d.ts': 'values',
}

/** Folders of a level: the same subjects in each. */
const subjects = ['requests', 'tokens', 'openid', 'clients', 'people', 'sign-in', 'server']
const uiFolders = ['forms', 'words', 'words/messages']

function levelOf(file: string): Level | undefined {
  const folder = file.split('/')[0] ?? ''
  return named[file] ?? (folder === 'ui' ? 'ui' : levels.find((level) => level === folder))
}

/** `ui` is beside `store`: above rules and secrets, below acts. */
function heightOf(file: string): number {
  const level = levelOf(file)
  return levels.indexOf(level === undefined || level === 'ui' ? 'store' : level)
}

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const imports: readonly Import[] = files.flatMap((file) =>
  [
    ...(sources[file] ?? '').matchAll(
      /^(?:import|export) (type )?(?:[^'"]*? from )?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gms,
    ),
  ].map(([, typeOnly, target, dynamic]) => {
    const to = target ?? dynamic ?? ''
    return {
      from: file,
      to: to.startsWith('.') ? new URL(to, `file:///src/${file}`).pathname.replace(/^\/(src\/)?/, '') : to,
      typeOnly: typeOnly !== undefined,
    }
  }),
)
const inside = imports.filter(({ to }) => files.includes(to.replace(/\?.*$/, '')))

const show = ({ from, to }: Import) => `${from} -> ${to}`
const isIn = (file: string, folder: string) => file.startsWith(`${folder}/`)

/** The imports that are part of a circle, or lead from one to another. */
function circles(all: readonly Import[]): readonly Import[] {
  const [importing, imported] = [new Set(all.map(({ from }) => from)), new Set(all.map(({ to }) => to))]
  const left = all.filter(({ from, to }) => imported.has(from) && importing.has(to))
  return left.length === all.length ? left : circles(left)
}

describe('the layout', () => {
  it('is visible to this test', () => {
    expect(inside.length).toBeGreaterThan(100)
    expect(inside.map(show)).toContain('app.ts -> config.ts')
  })

  it('gives every file a level', () => {
    expect(files.filter((file) => levelOf(file) === undefined)).toEqual([])
  })

  it('lets imports point down', () => {
    const up = inside.filter(
      ({ from, to }) => heightOf(to) > heightOf(from) || (levelOf(from) === 'store' && levelOf(to) === 'ui'),
    )
    expect(up.map(show)).toEqual([])
  })

  it('has no circle of files, not even of types', () => {
    expect(circles(inside).map(show)).toEqual([])
  })

  it('keeps values to themselves', () => {
    expect(inside.filter(({ from, to }) => isIn(from, 'values') && !isIn(to, 'values')).map(show)).toEqual([])
  })

  it('gives ui its values as props: of rules it takes types, of store, secrets and acts nothing', () => {
    const taken = inside.filter(
      ({ from, to, typeOnly }) =>
        isIn(from, 'ui') && (/^(store|secrets|acts)\//.test(to) || (isIn(to, 'rules') && !typeOnly)),
    )
    expect(taken.map(show)).toEqual([])
  })

  it('keeps routes from importing a sibling', () => {
    const siblings = inside.filter(
      ({ from, to }) => isIn(from, 'routes') && isIn(to, 'routes') && from.split('/')[1] !== to.split('/')[1],
    )
    expect(siblings.map(show)).toEqual([])
  })

  it('has the same seven subjects in each level', () => {
    const folders = new Set(
      files
        .filter((file) => /^(values|rules|secrets|store|acts|http)\//.test(file))
        .map((file) => file.split('/').slice(1, -1).join('/')),
    )
    folders.delete('')
    expect([...folders].filter((folder) => !subjects.includes(folder))).toEqual([])
    const pages = new Set(
      files.filter((file) => isIn(file, 'ui')).map((file) => file.split('/').slice(1, -1).join('/')),
    )
    pages.delete('')
    expect([...pages].filter((folder) => !uiFolders.includes(folder))).toEqual([])
  })

  it('has no file with more than 250 lines: each answers one question', () => {
    const lines = files.map((file) => ({ file, count: (sources[file] ?? '').split('\n').length - 1 }))
    expect(lines.filter(({ count }) => count > 250)).toEqual([])
  })

  it('has no folder with more than twenty files', () => {
    const counts = new Map<string, number>()
    for (const file of files.filter((name) => name.includes('/') && !isIn(name, 'routes'))) {
      const folder = file.slice(0, file.lastIndexOf('/'))
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
    expect([...counts].filter(([, count]) => count > 20)).toEqual([])
  })

  it('keeps rules and values pure: no Hono, no clock, no randomness, no I/O', () => {
    const rules = files.filter((file) => isIn(file, 'rules') || isIn(file, 'values'))
    expect(rules.length).toBeGreaterThan(40)
    const impure =
      /from 'hono|Date\.now|new Date\(\)|Math\.random|getRandomValues|randomUUID|randomBytes|\bfetch\(|D1Database|KVNamespace/
    expect(rules.filter((file) => impure.test(sources[file] ?? ''))).toEqual([])
  })

  it('keeps SQL in the store', () => {
    const sql = /\.prepare\(|\bSELECT\b.*\bFROM\b|INSERT INTO|DELETE FROM/
    expect(files.filter((file) => !isIn(file, 'store') && sql.test(sources[file] ?? ''))).toEqual([])
  })

  it('puts values in place in every SQL statement: no numbered parameter, no plain string', () => {
    const store = files.filter((file) => isIn(file, 'store'))
    expect(store.filter((file) => /\?[0-9]/.test(sources[file] ?? ''))).toEqual([])
    expect(store.filter((file) => /\bprepare\(/.test(sources[file] ?? ''))).toEqual(['store/sql.ts'])
  })

  it('allows Hono’s Context in app, http and routes only; pages use its JSX', () => {
    const ofPages = ['hono/jsx', 'hono/html']
    const hono = imports.filter(
      ({ to }) => to === 'hono' || (to.startsWith('hono/') && !ofPages.includes(to)),
    )
    const wrong = hono.filter(
      ({ from }) => !/^(app\.ts|index\.ts|http\/|routes\/.*\/route\.tsx?$)/.test(from),
    )
    expect(wrong.map(show)).toEqual([])
  })

  it('keeps nothing in an isolate without a bound', () => {
    // Maps of a module or of an object outlive a request, and begin empty. Of languages there are eight.
    const outliving =
      /^const \w+ = new (Map|Set)<(?!Language,).*>\(\)|^const \w+ = new WeakMap<\w+, Map<|^ {2}readonly #\w+ = new (Map|SizedMap)</m
    const bounds: Readonly<Record<string, RegExp>> = {
      // Bytes; and a call that is under way goes with its end.
      'acts/documents.ts': /new SizedMap<.*>\(mostKept\)[\s\S]*finally\(\(\) => this\.#flights\.delete/,
      'acts/requests/issue-code.ts': /size >= mostCounts\) counts\.clear/,
      // Files of public/, of which there are so many.
      'http/static-file.ts': /if \(!response\.ok\) throw/,
      'routes/token/note-outcome.ts': /size >= mostCounts\) counts\.clear/,
      'secrets/derived-keys.ts': /if \(derived\.size < mostDerived\) derived\.set/,
      // Two of each language.
      'ui/facts.tsx': /`\$\{language\} \$\{exact\}`/,
      'values/sized-map.ts': /if \(this\.#size <= this\.#most\) return/,
    }
    expect(files.filter((file) => outliving.test(sources[file] ?? '')).toSorted()).toEqual(
      Object.keys(bounds),
    )
    const unbounded = Object.entries(bounds).filter(([file, bound]) => !bound.test(sources[file] ?? ''))
    expect(unbounded).toEqual([])
  })

  it('writes markup as a string in four files only: elsewhere a value could be unescaped', () => {
    const raw = imports.filter(({ to }) => to === 'hono/html').map(({ from }) => from)
    // The last one takes elements, which have escaped their values.
    expect([...new Set(raw)].toSorted()).toEqual([
      'ui/chart.tsx',
      'ui/icons.tsx',
      'ui/layout.tsx',
      'ui/words/prepared.ts',
    ])
    expect(files.filter((file) => /dangerouslySetInnerHTML/.test(sources[file] ?? ''))).toEqual([])
    // As elements of JSX they make every other element slower: `Head` and `Drawing` are templates.
    const slow = files.filter((file) => !raw.includes(file) && /<(svg|head)\b/.test(sources[file] ?? ''))
    expect(slow).toEqual([])
  })

  it('renders pages in one go: the language of a page is a variable of a module while it renders', () => {
    const pages = files.filter((file) => isIn(file, 'ui') || /\/page\.tsx$|-page\.tsx$/.test(file))
    expect(pages.length).toBeGreaterThan(80)
    expect(pages.filter((file) => /\basync\b|\bawait\b|\.then\(/.test(sources[file] ?? ''))).toEqual([])
  })

  it('passes other files of a route the values they need, instead of the Context', () => {
    const takers = inside.filter(
      ({ from, to }) => to === 'http/context.ts' && isIn(from, 'routes') && !/\/route\.tsx?$/.test(from),
    )
    expect(takers.map(show)).toEqual([])
  })

  it('keeps Context, pages and Hono out of acts', () => {
    const wrong = imports.filter(
      ({ from, to }) => isIn(from, 'acts') && (/^hono/.test(to) || isIn(to, 'http') || isIn(to, 'ui')),
    )
    expect(wrong.map(show)).toEqual([])
  })

  it('allows only acts to record what somebody did to others, to an application or to their own account', () => {
    const noting = files.filter((file) => /insert(Admin|Client|Audit)Event\(/.test(sources[file] ?? ''))
    expect(noting.filter((file) => !isIn(file, 'acts') && !isIn(file, 'store'))).toEqual([])
  })

  it('keeps events out of routes, and writes out of the pages of accounts, applications and administration', () => {
    const event = /\b(note|count|insert\w*)Event\(/
    expect(files.filter((file) => isIn(file, 'routes') && event.test(sources[file] ?? ''))).toEqual([])
    const acting = files.filter((file) => /^routes\/(account|applications|admin)\//.test(file))
    expect(acting.length).toBeGreaterThan(100)
    expect(acting.filter((file) => /\bwrite\(/.test(sources[file] ?? ''))).toEqual([])
  })

  it('sends requests in one file only: acts/outgoing.ts checks what may be called', () => {
    // A method with that name (`ASSETS.fetch`, the Worker's own) is something else.
    const network = /(?<![.\w])fetch\(|globalThis|createRemoteJWKSet|cloudflare:sockets|WebSocket|EventSource/
    const handler = /^ {2}fetch\(request, env, ctx\) \{$/m
    const callers = files.filter((file) => network.test((sources[file] ?? '').replace(handler, '')))
    expect(callers).toEqual(['acts/outgoing.ts'])
  })

  it('writes the facts of a request with `learn` only: nobody looks for a `c.set`', () => {
    expect(files.filter((file) => /\bc\.set\(/.test(sources[file] ?? ''))).toEqual([])
  })

  it('creates a session in one place: `signIn` checks the proof, and records it', () => {
    const makers = files.filter((file) => /\b(insertSession|startSession)\(/.test(sources[file] ?? ''))
    expect(makers).toEqual(['http/sign-in/sign-in.ts', 'store/sign-in/sessions.ts'])
  })

  it('has no junk drawer', () => {
    expect(files.filter((file) => /(utils?|helpers?|managers?|services?|types)\.tsx?$/.test(file))).toEqual(
      [],
    )
  })

  it('gives no two exported functions the same name, or names that differ in case only', () => {
    const names = files
      .filter((file) => !isIn(file, 'routes') || !/\/(route|page)\.tsx?$/.test(file))
      .flatMap((file) => {
        const found = [...(sources[file] ?? '').matchAll(/^export (?:async )?function (\w+)/gm)]
        // The overloads of a function count as one.
        return [...new Set(found.map(([, name = '']) => name))]
      })
    const seen = new Map<string, number>()
    for (const name of names) seen.set(name.toLowerCase(), (seen.get(name.toLowerCase()) ?? 0) + 1)
    expect([...seen].filter(([, count]) => count > 1).map(([name]) => name)).toEqual([])
  })
})

describe('plain English', () => {
  const written: Record<string, string> = import.meta.glob(
    [
      '../*.{md,sql,toml}',
      '../{src,test,scripts,bench,packages,examples,public,docs,findings}/**/*.{ts,tsx,js,mjs,md,sh}',
      '!**/node_modules/**',
      '!../test/words-that-are-out.ts',
      // Generated from the texts of a page.
      '!../docs/configuration.md',
    ],
    { query: '?raw', import: 'default', eager: true },
  )
  const texts = Object.entries(written)

  it('is checked in every kind of text', () => {
    expect(texts.length).toBeGreaterThan(800)
    const line = '  a() // it stands'
    for (const [file, text] of [
      ['x.md', 'It stands.'],
      ['x.sql', 'a TEXT, -- stands'],
      ['x.sh', '# stands'],
      ['x.ts', line],
      ['x.ts', '/** It stands. */'],
      ['x.ts', ' * It stands'],
      ['x.test.ts', "it('stands', () => {"],
      ['src/x.ts', "refuse('It stands')"],
    ] as const) {
      expect([file, text, proseOf(file, text).flatMap((prose) => wordsThatAreOut(prose)).length]).toEqual([
        file,
        text,
        1,
      ])
    }
  })

  it('begins no comment with What or Who: with a noun instead', () => {
    const beginning = /(?:\/\*\*?\s*(?:\n\s*\*\s*)?|\/\/ |-- )(?:What|Who)\b[^\n]*/
    const found = texts.flatMap(([file, text]) => {
      const comment = file.endsWith('.md') ? null : beginning.exec(text)
      return comment === null ? [] : [`${file}: ${comment[0]}`]
    })
    expect(found).toEqual([])
  })

  it('has none of the listed words, in comments, test names, errors and documents', () => {
    const found = texts.flatMap(([file, text]) =>
      proseOf(file, text).flatMap((prose) =>
        wordsThatAreOut(prose).map((word) => `${file}: ${word} (${prose.trim()})`),
      ),
    )
    expect(found).toEqual([])
  })
})

describe('the page after an act in the administration', () => {
  it('has a name for it: "Saved" alone says too little', () => {
    // These end on a page of one application, person or API, which names it.
    const shownByTheFrame = ['', 'trust']
    const isOutcome = (name: string) => name === 'saved'
    const told = files
      .filter((file) => isIn(file, 'routes/admin'))
      .flatMap((file) => [...(sources[file] ?? '').matchAll(/\bsaved(?::|\s=)([^,}\n]*)/g)])
      .flatMap(([, value = '']) => [...value.matchAll(/'([a-z_]*)'/g)].map(([, name = '']) => name))
    expect(told).toContain('signing_key_made')
    expect(told).toContain('user_resumed')
    const names = Object.keys(admin.events)
    expect(
      told.filter((name) => !names.includes(name) && !shownByTheFrame.includes(name) && !isOutcome(name)),
    ).toEqual([])
  })
})

/** The lines of a document; of other files the comments, the names of tests, and in src the strings. */
function proseOf(file: string, text: string): readonly string[] {
  const lines = text.split('\n')
  if (file.endsWith('.md')) return lines
  const comment = /\.(sql)$/.test(file)
    ? /--(.*)/
    : /\.(sh|toml)$/.test(file)
      ? /#(.*)/
      : /(?:^\s*\/?\*+|\/\/ |\/\*)(.*)/
  const string = isIn(file.replace('../', ''), 'src')
    ? /'([^']* [^']*)'/
    : /\b(?:it|test|describe)\b.*?['"`](.*)/
  return lines.flatMap((line) => [comment, string].flatMap((pattern) => pattern.exec(line)?.[1] ?? []))
}
