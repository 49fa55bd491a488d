import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { password, type World } from './world.ts'

/** Actions of people on the pages, by the visible labels. */

/** Until the answer has come: by then the browser has its cookies. */
export async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await Promise.all([
    page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame()),
    page.getByRole('button', { name: 'Sign in' }).click(),
  ])
}

/** Mails are sent after the answer to the browser. `part`: of the text. */
export async function waitForMail({ db }: World, recipient: string, part: string): Promise<void> {
  const found = db.prepare('SELECT 1 FROM outbox WHERE recipient = ? AND instr(text, ?) > 0')
  for (let tries = 0; tries < 600; tries++) {
    if ((await found.bind(recipient, part).first()) !== null) return
    await sleep(100)
  }
  throw new Error(`No mail to ${recipient} with ${part}`)
}

export interface ApplicationFields {
  readonly name: string
  readonly type: 'Confidential' | 'Public'
  readonly redirectUris: string
  readonly allowedOrigins?: string
}

/** On the page of a signed-in person: up to the answer. */
export async function fillApplication(page: Page, fields: ApplicationFields): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(fields.name)
  await openAdvanced(page)
  await page.getByRole('radio', { name: fields.type }).check()
  await page.getByLabel('Authorization grant type').selectOption({ label: 'Authorization code' })
  await page.getByLabel('Redirect URIs', { exact: true }).fill(fields.redirectUris)
  await page.getByLabel('Allowed origins').fill(fields.allowedOrigins ?? '')
}

/** Every field of the form can be seen. */
export async function openAdvanced(page: Page): Promise<void> {
  await page.locator('form.long').evaluate((form) => {
    for (const details of form.querySelectorAll('details')) details.open = true
  })
}

/** Registers a public application. Returns its client ID. */
export async function registerPublic(page: Page, fields: Omit<ApplicationFields, 'type'>): Promise<string> {
  await page.goto('/o/applications/register')
  await fillApplication(page, { ...fields, type: 'Public' })
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name: fields.name, level: 1 }).waitFor()
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

/** Registers an application for devices (RFC 8628). Returns its client ID. */
export async function registerDevice(page: Page, name: string): Promise<string> {
  await page.goto('/o/applications/register?kind=device')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

/** Acts as the device. Returns the code on its screen. */
export async function startDevice(
  { origin }: World,
  clientId: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const body = new URLSearchParams({ client_id: clientId, scope: 'read', ...more })
  const response = await fetch(`${origin}/o/device-authorization`, { method: 'POST', body })
  const { user_code }: { user_code: string } = await response.json()
  return user_code
}
