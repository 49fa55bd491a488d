import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { signIn } from './people.ts'
import { startWorld } from './world.ts'

const world = await startWorld()

before(() => world.addUser('ada'))

const hostile = [
  'https://evil.example/',
  '//evil.example/',
  '///evil.example/',
  '/\\evil.example/',
  '\\\\evil.example/',
  '/\t/evil.example/',
  '/%09/evil.example/',
  '/.//evil.example/',
  '/o/..//evil.example/',
  '/%2f/evil.example/',
  ' //evil.example/',
  'evil.example/',
  '@evil.example/',
  '.evil.example/',
  ':80@evil.example/',
  'javascript:document.title="taken"',
  'data:text/html,<script>document.title="taken"</script>',
  '/o/applications\r\nLocation: https://evil.example/',
]

describe('after signing in nobody is sent to another site', () => {
  for (const next of hostile) {
    test(JSON.stringify(next), async () => {
      const page = await world.visitor()
      const elsewhere: string[] = []
      page.on('dialog', (dialog) => void elsewhere.push(dialog.message()))
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== world.origin) elsewhere.push(request.url())
      })
      await page.goto(`/login?next=${encodeURIComponent(next)}`)
      await signIn(page, 'ada')
      // Another host does not answer, which ends this with an error: only the request counts.
      await page.waitForURL(({ pathname }) => pathname !== '/login').catch(() => undefined)
      assert.deepEqual(elsewhere, [])
      assert.equal(new URL(page.url()).origin, world.origin)
      assert.match(await page.title(), /^(Welcome|Page not found) · Latchkey$/)
      await page.goto('/')
      await page.getByText('Signed in as ada').waitFor()
      for (const complaint of world.complaints()) assert.match(complaint, /status of 404/)
    })
  }

  test('but to the page they wanted', async () => {
    const page = await world.visitor()
    await page.goto('/o/applications?name=x')
    await signIn(page, 'ada')
    await page.waitForURL('/o/applications?name=x')
  })
})
