import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { authorizePath } from './code.ts'
import { fillApplication, signIn } from './people.ts'
import { drawPng } from './picture.ts'
import { press } from './walks/walk.ts'
import { startWorld, type World } from './world.ts'

/** `npm run screenshots -- --readme`: the pictures in README.md, of a server in use. */
const folder = path.join(import.meta.dirname, '../../docs/images')
const redirectUri = 'https://notes.example/callback'

const world = await startWorld()

before(async () => {
  await world.addUser('ada', 'administrator')
})

test('pictures', async () => {
  const page = await world.visitor({ deviceScaleFactor: 1.5, viewport: { width: 1040, height: 720 } })
  await page.goto('/login?next=/o/applications')
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'Applications' }).waitFor()
  const clientId = await register(page, 'Field Notes', [46, 98, 160])
  for (const [name, color] of [
    ['Herbarium', [88, 130, 60]],
    ['Star Atlas', [60, 52, 110]],
    ['Tide Table', [20, 128, 140]],
  ] as const)
    await register(page, name, color)
  await verify(page, clientId)
  await liven(world, clientId)

  await page.goto('/o/applications')
  await picture(page, 'applications')
  await page.goto(`/o/applications/${clientId}/activity`)
  await picture(page, 'activity')
  const asked = authorizePath(clientId, redirectUri).replace('scope=read', 'scope=profile+email+read')
  await page.goto(asked)
  await picture(page, 'consent')
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 1180, height: 820 })
  await page.goto('/admin')
  await picture(page, 'dashboard')
})

async function register(page: Page, name: string, color: readonly [number, number, number]): Promise<string> {
  await page.goto('/o/applications/register')
  await fillApplication(page, { name, type: 'Confidential', redirectUris: redirectUri })
  await press(page, 'Register')
  const clientId = await page.getByLabel('Client ID', { exact: true }).inputValue()
  await page.goto(`/o/applications/${clientId}/logo`)
  const buffer = drawPng(96, color)
  await page.getByLabel('Picture').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer })
  await press(page, 'Upload')
  await page.getByText('Saved').waitFor()
  return clientId
}

async function verify(page: Page, clientId: string): Promise<void> {
  await page.goto(`/admin/applications/${clientId}/trust`)
  await page.getByRole('radio', { name: 'Verified', exact: true }).check()
  await press(page, 'Save')
  await page.getByText('Saved').waitFor()
}

/** Adds two weeks of use. */
async function liven({ db }: World, clientId: string): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  const today = Math.floor(now / 86_400)
  const row = db.prepare(
    `INSERT OR REPLACE INTO client_activity (client_id, day, outcome, counted, noted_at, reason, reference) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const event = db.prepare('INSERT OR REPLACE INTO event_counts (day, type, events) VALUES (?, ?, ?)')
  const issued = [41, 52, 38, 12, 9, 47, 58, 61, 55, 49, 14, 11, 63, 44]
  await db.batch([
    ...issued.map((count, i) => row.bind(clientId, today - 13 + i, 'issued', count, now, null, 'k3Jx0mPq')),
    row.bind(
      clientId,
      today - 6,
      'invalid_grant',
      7,
      now - 6 * 86_400,
      'The code has expired; start again',
      'Qm7eVb2LxT0a',
    ),
    row.bind(clientId, today, 'invalid_client', 3, now - 900, 'The client secret is wrong', 'hT5_nR8cWz1d'),
    ...issued.flatMap((count, i) => [
      event.bind(today - 13 + i, 'sign_in', count * 3),
      event.bind(today - 13 + i, 'sign_in_failed', count % 7),
    ]),
    db.prepare('UPDATE clients SET last_used_at = ?').bind(now - 600),
  ])
}

/** As WebP, which Chromium can encode. */
async function picture(page: Page, name: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: 78 })
  writeFileSync(path.join(folder, `${name}.webp`), Buffer.from(data, 'base64'))
}
