import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { RunOnly } from 'axe-core'
import { violations } from './axe.ts'
import { signIn } from './people.ts'
import { startWorld } from './world.ts'

/** A colour that is unreadable on white. */
const world = await startWorld({ BRAND_NAME: 'Example', BRAND_COLOR: '#ffd400', BRAND_LOGO: '/favicon.svg' })

before(() => world.addUser('ada', 'administrator'))

const rules: RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

test('pages in the operator’s colour are readable in light and dark mode', async () => {
  const page = await world.visitor()
  await page.goto('/login?next=/account')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    assert.deepEqual(await violations(page, rules), [])
  }
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  for (const path of ['/', '/account', '/account/sessions', '/o/applications/register', '/admin']) {
    await page.goto(path)
    assert.match(await page.title(), / · Example$/)
    const accent = await page
      .locator('a.brand')
      .evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'))
    assert.notEqual(accent.trim(), 'light-dark(#0a6b4c, #58d0a0)')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      assert.deepEqual(await violations(page, rules), [], `${path}, ${colorScheme}`)
    }
  }
})
