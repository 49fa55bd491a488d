import { describe, expect, it } from 'vitest'

/** Every source file and its text. */
const sources: Record<string, string> = import.meta.glob('../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Lower may not import higher. Levels may be skipped. */
const levels: readonly string[] = ['protocol', 'secrets', 'store', 'ui', 'http', 'routes', 'app']

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const imports: Import[] = Object.entries(sources).flatMap(([file, text]) =>
  [...text.matchAll(/^(?:import|export) (type )?[^'"]*?from '([^']+)'/gms)].map(
    ([, typeOnly, target = '']) => ({
      from: file.replace('../src/', ''),
      to: target.startsWith('.')
        ? new URL(target, `file:///${file.replace('../', '')}`).pathname.replace('/src/', '')
        : target,
      typeOnly: typeOnly !== undefined,
    }),
  ),
)

function levelOf(file: string): number {
  const folder = file.split('/')[0] ?? ''
  if (file === 'app.ts' || file === 'index.ts') return levels.indexOf('app')
  return levels.indexOf(folder)
}

const show = ({ from, to }: Import) => `${from} -> ${to}`

describe('the layout', () => {
  it('is seen by this test', () => {
    expect(imports.length).toBeGreaterThan(100)
    expect(imports.map(show)).toContain('app.ts -> config.ts')
  })

  it('imports point down', () => {
    const up = imports.filter(({ from, to }) => {
      const [fromLevel, toLevel] = [levelOf(from), levelOf(to)]
      return fromLevel >= 0 && toLevel > fromLevel
    })
    expect(up.map(show)).toEqual([])
  })

  it('routes never import a sibling', () => {
    const siblings = imports.filter(
      ({ from, to }) =>
        from.startsWith('routes/') && to.startsWith('routes/') && from.split('/')[1] !== to.split('/')[1],
    )
    expect(siblings.map(show)).toEqual([])
  })

  it('the store and the pages do not know each other', () => {
    const crossed = imports.filter(
      ({ from, to }) =>
        (from.startsWith('store/') && to.startsWith('ui/')) ||
        (from.startsWith('ui/') && to.startsWith('store/')),
    )
    expect(crossed.map(show)).toEqual([])
  })

  it('the rules are pure: nothing of Hono, no clock, no randomness, no I/O', () => {
    const rules = Object.entries(sources).filter(([file]) => file.includes('/protocol/'))
    expect(rules.length).toBeGreaterThan(10)
    const impure =
      /from 'hono|Date\.now|new Date\(\)|Math\.random|getRandomValues|randomUUID|randomBytes|fetch\(|D1Database|KVNamespace/
    expect(rules.filter(([, text]) => impure.test(text)).map(([file]) => file)).toEqual([])
  })

  it('only the store holds SQL', () => {
    const sql = /\.prepare\(|\bSELECT\b.*\bFROM\b|INSERT INTO|DELETE FROM/
    const outside = Object.entries(sources).filter(
      ([file, text]) => !file.includes('/store/') && sql.test(text),
    )
    expect(outside.map(([file]) => file)).toEqual([])
  })

  it('only app, http and routes know Hono’s Context; pages know its JSX alone', () => {
    const hono = imports.filter(({ to }) => to === 'hono' || (to.startsWith('hono/') && to !== 'hono/jsx'))
    const wrong = hono.filter(
      ({ from }) => !/^(app\.ts|index\.ts|http\/|routes\/.*\/route\.tsx?$)/.test(from),
    )
    expect(wrong.map(show)).toEqual([])
  })

  it('no file is a junk drawer', () => {
    const names = Object.keys(sources).filter((file) =>
      /(utils?|helpers?|managers?|services?|types)\.tsx?$/.test(file),
    )
    expect(names).toEqual([])
  })
})
