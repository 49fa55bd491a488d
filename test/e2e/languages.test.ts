import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { languages } from '../../src/values/language.ts'
import { startPlayground } from './elsewhere.ts'
import { tooWide } from './too-wide.ts'
import { addPeople, walks } from './walks/index.ts'
import { startWorld } from './world.ts'

const world = await startWorld()
const playground = await startPlayground(world.origin)
const others = languages.filter((language) => language !== 'en')
/** Texts of a Japanese page without any Japanese, with their places. */
const left = new Set<string>()

/** The page in each language, as narrow as WCAG 1.4.10 requires. */
async function speak(page: Page, name: string): Promise<void> {
  const { origin, pathname } = new URL(page.url())
  // The answer to a form is not requested again.
  if (origin !== world.origin || pathname === '/login/passkey') return
  const storageState = await page.context().storageState()
  // A context of its own: its refused requests are not complaints of the walk.
  const context = await page
    .context()
    .browser()
    ?.newContext({ storageState, viewport: { width: 320, height: 800 } })
  assert.ok(context)
  const reader = await context.newPage()
  for (const language of others) {
    await reader.setExtraHTTPHeaders({ 'Accept-Language': language })
    await reader.goto(page.url())
    assert.equal(await reader.locator('html').getAttribute('lang'), language, name)
    assert.deepEqual(await tooWide(reader), [], `${name}, ${language}: what is wider than the page`)
    if (language === 'ja') for (const text of await untranslated(reader)) left.add(`${pathname}: ${text}`)
  }
  await context.close()
}

/** Text that is neither code, nor a name, nor marked as another language. */
function untranslated(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const foreign = 'code, pre, bdi, time, [lang]:not(html), [translate=no], script, style, textarea, svg'
    const texts: string[] = []
    // A page about a person or a thing has its name as the title.
    const isNamed = document.querySelector('h1 bdi') !== null
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement
      if (parent?.closest(foreign) === null && !(isNamed && parent.tagName === 'TITLE'))
        texts.push(walker.currentNode.textContent ?? '')
    }
    for (const element of document.querySelectorAll('[aria-label], [alt], [title], [placeholder]')) {
      if (element.closest(foreign) !== null) continue
      for (const name of ['aria-label', 'alt', 'title', 'placeholder'])
        texts.push(element.getAttribute(name) ?? '')
    }
    return (
      texts
        .map((text) => text.trim())
        .filter((text) => /[A-Za-z]{3}/.test(text) && !/[^\0-\u02ff\u2000-\u206f]/.test(text))
        // An address, as the title of a button that enters it.
        .filter((text) => !URL.canParse(text))
    )
  })
}

before(() => addPeople(world))

for (const [name, walk] of Object.entries(walks)) {
  test(`the pages on the way of: ${name}`, () => walk({ world, playground, look: speak }))
}

test('no page speaks English when it is asked for Japanese', () => {
  assert.deepEqual([...left].sort(), [])
})
