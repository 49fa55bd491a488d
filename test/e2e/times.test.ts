import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { registerPublic, signIn } from './people.ts'
import { startWorld } from './world.ts'

const world = await startWorld()
const day = 86_400
const registered = Date.UTC(2026, 0, 2, 3, 4) / 1000

let clientId = ''

before(async () => {
  await world.addUser('ada')
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'ada')
  await page.getByText('Signed in as ada').waitFor()
  clientId = await registerPublic(page, { name: 'Wiki', redirectUris: 'https://wiki.example/' })
})

/** The page of an application that was registered at night, in UTC, and used five minutes ago. */
async function openApplication(page: Page): Promise<void> {
  await page.goto('/login')
  await signIn(page, 'ada')
  await page.getByText('Signed in as ada').waitFor()
  await world.db
    .prepare('UPDATE clients SET created_at = ?, last_used_at = ? WHERE id = ?')
    .bind(registered, Math.floor(Date.now() / 1000) - 300, clientId)
    .run()
  await page.goto(`/o/applications/${clientId}`)
}

test("times are in the reader's time zone, recent ones relative, and nothing moves", async () => {
  const page = await world.visitor({ timezoneId: 'America/New_York' })
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await openApplication(page)
  const old = page.locator('time', { hasText: '1 Jan 2026, 22:04' })
  await old.waitFor()
  assert.match((await old.getAttribute('title')) ?? '', /1 Jan 2026, 22:04/)
  const recent = page.locator('time', { hasText: '5 minutes ago' })
  await recent.waitFor()
  assert.match(
    (await recent.getAttribute('title')) ?? '',
    /^\d+ \w+ \d{4}, \d\d:\d\d · \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
  )
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)
  assert.ok(
    shifts.every((shift) => shift < 0.001),
    `${shifts}`,
  )
})

test('in the language of the page', async () => {
  const page = await world.visitor({ timezoneId: 'Asia/Tokyo' })
  await openApplication(page)
  await page.setExtraHTTPHeaders({ 'Accept-Language': 'ja' })
  await page.goto(page.url())
  await page.locator('time', { hasText: /2026年1月2日 12:04/ }).waitFor()
  await page.locator('time', { hasText: /^5\s?分前$/ }).waitFor()
})

test('without JavaScript they are in UTC, with that label', async () => {
  const page = await world.visitor({ javaScriptEnabled: false, timezoneId: 'America/New_York' })
  await openApplication(page)
  await page.locator('time', { hasText: '2 Jan 2026, 03:04 UTC' }).waitFor()
  assert.equal(await page.locator('time[title]').count(), 0)
})

test('a day in UTC stays that day, wherever the reader is', async () => {
  const page = await world.visitor({ timezoneId: 'America/New_York' })
  await openApplication(page)
  const today = Math.floor(Date.now() / 1000 / day)
  await world.db
    .prepare(
      `INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reference) VALUES (?, ?, 'issued', 3, 1, 'x')`,
    )
    .bind(clientId, today)
    .run()
  await page.goto(`/o/applications/${clientId}/activity`)
  await page.getByText('As a table').click()
  const newest = page.getByRole('row').nth(1).getByRole('rowheader')
  const shown = Number(/\d+/.exec((await newest.textContent()) ?? '')?.[0])
  // It may be midnight in between.
  const possible = [today, Math.floor(Date.now() / 1000 / day)]
  const dates = possible.map((one) => new Date(one * day * 1000).getUTCDate())
  assert.ok(dates.includes(shown), `${shown} is not one of ${dates}`)
})
