import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import type { RunOnly } from 'axe-core'
import type { Page } from 'playwright-core'
import { makePaths } from '../../src/paths.ts'
import { violations } from './axe.ts'
import { startPlayground } from './elsewhere.ts'
import { tooWide } from './too-wide.ts'
import { addPeople, walks } from './walks/index.ts'
import { startWorld } from './world.ts'

const world = await startWorld()
const playground = await startPlayground(world.origin)
/** The paths of the checked pages, with placeholders for ids. */
const checked = new Set<string>()

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Rules that depend only on the colours. */
const colours = ['color-contrast', 'link-in-text-block']
/** Every rule sees both widths and both schemes; those about colours see all four. */
const looks = [
  { colorScheme: 'light', width: 1280, rules: { type: 'tag', values: standards } },
  { colorScheme: 'dark', width: 1280, rules: { type: 'rule', values: colours } },
  { colorScheme: 'dark', width: 320, rules: { type: 'tag', values: standards } },
  { colorScheme: 'light', width: 320, rules: { type: 'rule', values: colours } },
] as const satisfies readonly { colorScheme: string; width: number; rules: RunOnly }[]

/** The current page: light and dark, wide and as narrow as WCAG 1.4.10 requires. `name` is its name here. */
async function check(page: Page, name: string): Promise<void> {
  // A segment with a capital or a digit is a placeholder.
  checked.add(new URL(page.url()).pathname.replaceAll(/(?<=\/)[\w-]*[A-Z0-9][\w-]*/g, ':id'))
  for (const { colorScheme, width, rules } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const where = `${name}, ${colorScheme}, ${width} px`
    assert.deepEqual(await violations(page, rules), [], where)
    if (width === 320) assert.deepEqual(await tooWide(page), [], `${where}: what is wider than the page`)
  }
}

before(() => addPeople(world))

for (const [name, walk] of Object.entries(walks)) {
  test(`the pages on the way of: ${name}`, () => walk({ world, playground, look: check }))
}

test('no page was forgotten', () => {
  const tables = path.join(import.meta.dirname, '../../src/app')
  const app = readdirSync(tables)
    .map((file) => readFileSync(path.join(tables, file), 'utf8'))
    .join('\n')
  const paths: Record<string, string | ((...ids: [string, string]) => string)> = makePaths('/o')
  const all = [...app.matchAll(/^\s*(?:page|flow)\(\s*paths\.(\w+)/gm)].map(([, name = '']) => {
    const found = paths[name]
    return typeof found === 'function' ? found(':id', ':id') : found
  })
  assert.ok(all.length > 20, 'src/app/ lists the pages')
  // Files, redirects to a page, and actions of buttons.
  const others = [
    paths.accountExport,
    paths.adminAuditExport,
    paths.changePassword,
    paths.emailVerification,
    paths.language,
  ]
  for (const answer of others) checked.add(String(answer))
  checked.add('/admin/invitations/:id/withdrawal')
  assert.deepEqual(
    all.filter((one) => one === undefined || !checked.has(one)),
    [],
    'Go there in test/e2e/walks, too',
  )
})
