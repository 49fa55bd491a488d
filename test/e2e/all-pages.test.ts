import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { makePaths } from '../../src/paths.ts'
import { checkAccessibility } from './accessibility.ts'
import { startPlayground } from './elsewhere.ts'
import { checkLanguages } from './languages.ts'
import { addPeople, walks } from './walks/index.ts'
import { startWorld } from './world.ts'

const world = await startWorld()
const playground = await startPlayground(world.origin)
/** The paths of the checked pages, with placeholders for ids. */
const checked = new Set<string>()
/** Texts of a Japanese page without any Japanese, with their places. */
const untranslated = new Set<string>()

async function check(page: Page, name: string): Promise<void> {
  const { origin, pathname } = new URL(page.url())
  // A segment with a capital or a digit is a placeholder.
  checked.add(pathname.replaceAll(/(?<=\/)[\w-]*[A-Z0-9][\w-]*/g, ':id'))
  await checkAccessibility(page, name)
  // The answer to a form is not requested again.
  if (origin !== world.origin || pathname === '/login/passkey') return
  for (const text of await checkLanguages(page, name)) untranslated.add(`${pathname}: ${text}`)
}

before(() => addPeople(world))

for (const [name, walk] of Object.entries(walks)) {
  test(`the pages on the way of: ${name}`, () => walk({ world, playground, look: check }))
}

test('no page speaks English when it is asked for Japanese', () => {
  assert.deepEqual([...untranslated].sort(), [])
})

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
