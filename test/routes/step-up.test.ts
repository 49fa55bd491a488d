import { beforeAll, describe, expect, it } from 'vitest'
import { addPasskey, SoftAuthenticator } from '../authenticator.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

/** Everything that takes a sign-in of the last ten minutes: where it is shown, and where it is sent. */
describe('what can do great harm', () => {
  it('takes a sign-in of the last ten minutes', async () => {
    const server = startServer()
    const user = await addUser('ada')
    const { client } = await addClient(user)
    const browser = await server.signedIn(user)
    await setUpAuthenticator(server, browser)
    await addPasskey(browser, new SoftAuthenticator())
    const [removePasskey = ''] =
      (await browser.get('/account/passkeys')).html.match(/\/account\/passkeys\/[^"]+\/remove/) ?? []
    const paths = [
      `/o/applications/${client.id}/secrets`,
      `/o/applications/${client.id}/delete`,
      '/account/authenticator/remove',
      '/account/authenticator/recovery-codes',
      '/account/passkeys/new',
      removePasskey,
    ]
    server.now += 600
    const shown = await Promise.all(paths.map((path) => browser.get(path)))
    expect(shown.map(({ status }) => status)).toEqual(paths.map(() => 200))
    server.now += 1
    for (const [i, path] of paths.entries()) {
      const login = `/login?next=${encodeURIComponent(path)}&again=`
      expect((await browser.get(path)).location).toBe(login)
      expect((await shown[i]?.submit({}))?.location).toBe(login)
    }
    expect((await browser.get(`/o/applications/${client.id}`)).status).toBe(200)
  })

  it('comes after it, for the same person in the same session of their applications', async () => {
    const server = startServer()
    const user = await addUser('grace')
    const { client } = await addClient(user)
    const browser = await server.signedIn(user)
    server.now += 601
    const login = await browser.get((await browser.get(`/o/applications/${client.id}/delete`)).location)
    expect(login.text).toContain('Please sign in once more')
    const back = await login.submit({ username: user.username, password })
    expect(back.location).toBe(`/o/applications/${client.id}/delete`)
    expect((await (await browser.get(back.location)).submit({})).location).toBe('/o/applications')
  })
})
