import type { Page } from 'playwright-core'

/** Elements that make the page scroll sideways. */
export function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (document.querySelector('h1')?.getBoundingClientRect().width === 0) return ['no text has a width']
    if (scrollWidth <= clientWidth) return []
    const all = [...document.body.querySelectorAll('*')]
    return all
      .filter((element) => element.getBoundingClientRect().right > clientWidth)
      .map((element) => `${element.tagName} ${element.id} ${element.textContent?.slice(0, 40)}`)
  })
}
