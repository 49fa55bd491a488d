import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startPlayground } from './elsewhere.ts'
import { addPeople, walks } from './walks/index.ts'
import { startWorld } from './world.ts'

/** `npm run screenshots`: a picture of each page in all-pages.test.ts. It is not a test. */
const folder = path.join(import.meta.dirname, '../../screenshots')

/** The last ones are read again, in their language: with the fonts of this machine. */
const looks: readonly Look[] = [
  { look: 'light', colorScheme: 'light', width: 1280 },
  { look: 'dark', colorScheme: 'dark', width: 1280 },
  { look: 'wide', colorScheme: 'light', width: 1920 },
  { look: 'phone', colorScheme: 'light', width: 320 },
  { look: 'phone-dark', colorScheme: 'dark', width: 320 },
  { look: 'arabic', colorScheme: 'light', width: 1280, language: 'ar' },
  { look: 'japanese', colorScheme: 'light', width: 1280, language: 'ja' },
  { look: 'japanese-phone', colorScheme: 'dark', width: 320, language: 'ja' },
]

interface Look {
  readonly look: string
  readonly colorScheme: 'light' | 'dark'
  readonly width: number
  readonly language?: string
}

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
  await page.waitForLoadState()
  const file = path.join(folder, walk, name.replaceAll(/\W+/g, '-').toLowerCase())
  const take = async (page: Page, { look, colorScheme, width }: Look) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    writeFileSync(`${file}.${look}.png`, await page.screenshot({ fullPage: true }))
  }
  const [own, others] = [looks.filter(isAsLoaded), looks.filter((look) => !isAsLoaded(look))]
  for (const look of own) await take(page, look)

  // The answer to a form is not requested again.
  const { origin, pathname } = new URL(page.url())
  if (origin !== world.origin || pathname === '/login/passkey') return
  const context = page.context()
  // A context of its own: its refused requests are not complaints of the walk.
  const again = await context.browser()?.newContext({ storageState: await context.storageState() })
  const reader = await again?.newPage()
  for (const look of reader === undefined ? [] : others) {
    await reader?.setExtraHTTPHeaders({ 'Accept-Language': look.language ?? 'en' })
    await reader?.goto(page.url())
    if (reader !== undefined) await take(reader, look)
  }
  await again?.close()
}

function isAsLoaded({ language }: Look): boolean {
  return language === undefined
}
