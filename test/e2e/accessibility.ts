import assert from 'node:assert/strict'
import type { RunOnly } from 'axe-core'
import type { Page } from 'playwright-core'
import { violations } from './axe.ts'
import { tooWide } from './too-wide.ts'

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
export async function checkAccessibility(page: Page, name: string): Promise<void> {
  // A part that a walk waited for may be there before the rest.
  await page.waitForLoadState()
  for (const { colorScheme, width, rules } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const where = `${name}, ${colorScheme}, ${width} px`
    assert.deepEqual(await violations(page, rules), [], where)
    if (width === 320) assert.deepEqual(await tooWide(page), [], `${where}: what is wider than the page`)
  }
}
