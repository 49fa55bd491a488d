import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { languages } from '../../src/values/language.ts'
import { tooWide } from './too-wide.ts'

const others = languages.filter((language) => language !== 'en')

/**
 * The current page in each language, as narrow as WCAG 1.4.10 requires. `name` is its name here. Returns the texts without any
 * Japanese on the Japanese page.
 */
export async function checkLanguages(page: Page, name: string): Promise<readonly string[]> {
  const storageState = await page.context().storageState()
  // A context of its own: its refused requests are not complaints of the walk.
  const context = await page
    .context()
    .browser()
    ?.newContext({ storageState, viewport: { width: 320, height: 800 } })
  assert.ok(context)
  const reader = await context.newPage()
  const left: string[] = []
  for (const language of others) {
    await reader.setExtraHTTPHeaders({ 'Accept-Language': language })
    await reader.goto(page.url())
    assert.equal(await reader.locator('html').getAttribute('lang'), language, name)
    assert.deepEqual(await tooWide(reader), [], `${name}, ${language}: what is wider than the page`)
    if (language === 'ja') left.push(...(await untranslated(reader)))
  }
  await context.close()
  return left
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
