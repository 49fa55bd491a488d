import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startPlayground } from './elsewhere.ts'
import { addPeople, walks } from './walks/index.ts'
import { startWorld } from './world.ts'

/** `npm run screenshots`: a picture of each page in the accessibility tests. It is not a test. */
const folder = path.join(import.meta.dirname, '../../screenshots')

const looks = [
  { look: 'light', colorScheme: 'light', width: 1280 },
  { look: 'dark', colorScheme: 'dark', width: 1280 },
  { look: 'phone', colorScheme: 'light', width: 320 },
  { look: 'phone-dark', colorScheme: 'dark', width: 320 },
] as const

const world = await startWorld()
const playground = await startPlayground(world.origin)

before(async () => {
  rmSync(folder, { recursive: true, force: true })
  await addPeople(world)
})

for (const [name, walk] of Object.entries(walks)) {
  test(name, async () => {
    mkdirSync(path.join(folder, name), { recursive: true })
    let pages = 0
    await walk({
      world,
      playground,
      look: (page, what) => picture(page, name, `${String(++pages).padStart(2, '0')} ${what}`),
    })
  })
}

async function picture(page: Page, walk: string, name: string): Promise<void> {
  const file = path.join(folder, walk, name.replaceAll(/\W+/g, '-').toLowerCase())
  for (const { look, colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    writeFileSync(`${file}.${look}.png`, await page.screenshot({ fullPage: true }))
  }
}
