import axe, { type RunOnly } from 'axe-core'
import type { Page } from 'playwright-core'

/** The violations that axe finds on the current page, each with its elements. */
export async function violations(page: Page, runOnly: RunOnly): Promise<readonly string[]> {
  // Evaluated by the debugger, which the Content-Security-Policy allows.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return page.evaluate(async (runOnly) => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly })
    if (found.passes.length < (runOnly.type === 'tag' ? 10 : 1)) throw new Error('axe looked at nothing')
    return found.violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary}`),
    )
  }, runOnly)
}
