import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { hostilePictures } from '../pictures.ts'
import { authorizePath } from './code.ts'
import { fillApplication, registerPublic, signIn } from './people.ts'
import { drawPng } from './picture.ts'
import { press } from './walks/walk.ts'
import { startWorld } from './world.ts'

const world = await startWorld()

before(() => world.addUser('ada', 'administrator'))

/** A visit that must have no effect: dialogs, other hosts, a title set by a script. */
async function visitor(): Promise<{ readonly page: Page; readonly taken: readonly string[] }> {
  const page = await world.visitor()
  const taken: string[] = []
  page.on('dialog', (dialog) => {
    taken.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== world.origin) taken.push(request.url())
  })
  await page.goto('/login?next=/account')
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  return { page, taken }
}

const names = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><svg onload=alert(1)>',
  '{{constructor.constructor("alert(1)")()}}',
  '{application}{owner}{host}',
  'javascript:alert(1)//https://evil.example',
  'امسح <b>',
  'https://evil.example/ ',
]

for (const name of names) {
  test(`an application called ${JSON.stringify(name)}`, async () => {
    const { page, taken } = await visitor()
    const redirectUri = `${world.origin}/playground/callback`
    await page.goto('/o/applications/register')
    await fillApplication(page, { name, type: 'Public', redirectUris: redirectUri })
    await press(page, 'Register')
    await page.getByRole('link', { name: 'Danger zone' }).waitFor()
    const clientId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    for (const path of [
      '',
      '/settings',
      '/credentials',
      '/activity',
      '/danger',
      '/update',
      '/policy',
      '/logo',
      '/claims',
      '/delete',
    ])
      await page.goto(`/o/applications/${clientId}${path}`)
    await page.goto(`/admin/applications/${clientId}/trust`)
    await page.goto(authorizePath(clientId, redirectUri))
    await page.getByRole('heading', { level: 1 }).getByText(name.trim()).waitFor()
    assert.equal(await page.locator('main bdi').first().textContent(), name.trim())
    await press(page, 'Authorize')
    await page.waitForURL(({ pathname }) => pathname === '/playground/callback')
    for (const path of ['/account/applications', '/account/activity', '/o/applications', '/admin/audit'])
      await page.goto(path)
    await page.goto(`/account/applications/${clientId}/remove`)
    await press(page, 'Remove')
    await page.getByText('Removed the access of').waitFor()
    assert.deepEqual(taken, [])
    assert.equal(await page.locator('main script, main svg[onload], main [onerror]').count(), 0)
  })
}

test('a redirect URI with every character that a URI may contain', async () => {
  const { page, taken } = await visitor()
  const redirectUri = `${world.origin}/playground/callback?a=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&b='onload='alert(1)`
  const clientId = await registerPublic(page, { name: 'Odd', redirectUris: redirectUri })
  await page.goto(authorizePath(clientId, `${redirectUri}<script>alert(1)</script>`))
  await page.getByRole('heading', { name: 'This address is not registered' }).waitFor()
  assert.match((await page.locator('main').textContent()) ?? '', /<script>alert\(1\)<\/script>/)
  await page.goto(authorizePath(clientId, redirectUri))
  await press(page, 'Authorize')
  await page.waitForURL(({ pathname }) => pathname === '/playground/callback')
  assert.deepEqual(taken, [])
  // The page with 400.
  assert.equal(world.complaints().length, 1)
})

test('refuses a logo that is not a picture or contains scripts', async () => {
  const { page, taken } = await visitor()
  const clientId = await registerPublic(page, {
    name: 'Painter',
    redirectUris: `${world.origin}/playground/callback`,
  })
  const upload = async (bytes: Uint8Array) => {
    await page.goto(`/o/applications/${clientId}/logo`)
    const file = {
      name: '"><img src=x onerror=alert(1)>.png',
      mimeType: 'text/html',
      buffer: Buffer.from(bytes),
    }
    await page.getByLabel('Picture').setInputFiles(file)
    await press(page, 'Upload')
  }
  for (const [bytes] of Object.values(hostilePictures)) {
    await upload(bytes)
    await page.getByRole('alert').waitFor()
    world.complaints()
  }
  // A valid picture for a picture viewer, a page for a sniffing browser.
  const payload = Buffer.from('<!doctype html><script>document.title="taken";alert(1)</script>')
  await upload(Buffer.concat([drawPng(), payload]))
  await page.getByText('Saved').waitFor()
  const source = (await page.locator('main img').getAttribute('src')) ?? ''
  const shown = await page.locator('main img').evaluate(async (image: HTMLImageElement) => {
    await image.decode()
    return image.naturalWidth
  })
  assert.equal(shown, 96)
  await page.goto(source)
  // The browser's own page around a picture has a style, which our policy blocks.
  for (const complaint of world.complaints()) assert.match(complaint, /Applying inline style/)
  assert.notEqual(await page.title(), 'taken')
  assert.equal(await page.locator('script').count(), 0)
  assert.deepEqual(taken, [])
})
