import { beforeAll, expect, it } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { obtainCode } from '../flow.ts'
import { addClient, addUser, applySchema, startServer } from '../server.ts'

beforeAll(applySchema)

it('presents the server until the first application is registered, and then belongs to its users', async () => {
  const server = startServer()
  const user = await addUser('grace')
  const mine = await server.signedIn(user)
  for (const browser of [server.browser(), mine]) {
    const page = await browser.get('/')
    expect(page.text).toContain('One key to all your applications')
    expect(page.text).toContain('/.well-known/openid-configuration')
  }

  const openid = { ...defaultClientOpenid, initiateLoginUri: 'https://wiki.example/login?from=idp' }
  const wiki = await addClient(await addUser('owner'), { name: 'Wiki', openid })
  const stranger = await server.browser().get('/')
  expect([stranger.status, stranger.location]).toEqual([302, '/login'])
  const before = await mine.get('/')
  expect(before.text).toContain('Applications that you give access to appear here.')
  expect(before.text).not.toContain('/.well-known/openid-configuration')

  await obtainCode(mine, wiki)
  const page = await mine.get('/')
  expect(page.text).toContain('Signed in as grace')
  expect(page.html).toContain(
    `href="https://wiki.example/login?from=idp&amp;iss=${encodeURIComponent('http://localhost:8000')}"`,
  )
  // Not on the page of another person.
  expect((await (await server.signedIn(await addUser('alan'))).get('/')).text).not.toContain('Wiki')
})

it('the endpoints are with the applications, for people who may register some', async () => {
  const user = await addUser('dorothy')
  for (const [settings, shown] of [
    [{}, true],
    [{ config: { applications: 'developers' } }, false],
  ] as const) {
    const page = await (await startServer(settings).signedIn(user)).get('/o/applications')
    expect(page.html.includes('id="openid_configuration"')).toBe(shown)
  }
})

it('ticks the step of a second administrator once there is one', async () => {
  const root = await startServer().signedIn(await addUser('root', 'administrator'))
  const ticked = async () =>
    /<li class="ticked"><h3>Add a second administrator/.test((await root.get('/')).html)
  expect(await ticked()).toBe(false)
  await addUser('second', 'administrator')
  expect(await ticked()).toBe(true)
})
