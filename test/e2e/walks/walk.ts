import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { World } from '../world.ts'

/** A way through pages. It stops at each for its companions: to test the page, or to take a picture of it. */
export type Walk = (companions: Companions) => Promise<void>

export interface Companions {
  readonly world: World
  /** Origin of the separate playground. */
  readonly playground: string
  /** `name` is the name of the page here, unique in the walk. */
  readonly look: (page: Page, name: string) => Promise<void>
}

/** The browser reports an error page or a refused form. */
export function expectRefused(world: World, ...statuses: readonly number[]): void {
  const heard = world.complaints().map((text) => Number(/status of (\d+)/.exec(text)?.[1] ?? Number.NaN))
  assert.deepEqual(heard, statuses)
}

export function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}
