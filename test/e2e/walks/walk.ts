import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { World } from '../world.ts'

/** A way through pages. At each it stops for whoever goes along: to test the page, or to take a picture of it. */
export type Walk = (companions: Companions) => Promise<void>

export interface Companions {
  readonly world: World
  /** Origin of the playground that is not ours. */
  readonly playground: string
  /** `name` is what the page is called here, unlike any other of the walk. */
  readonly look: (page: Page, name: string) => Promise<void>
}

/** Of an error page or a form that was refused the browser says that it was one. */
export function expectRefused(world: World, ...statuses: readonly number[]): void {
  const heard = world.complaints().map((text) => Number(/status of (\d+)/.exec(text)?.[1] ?? Number.NaN))
  assert.deepEqual(heard, statuses)
}

export function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}
