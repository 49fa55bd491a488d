import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { mailsTo } from '../mails.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { addUser, applySchema, password, startServer } from '../server.ts'

const config = { mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } } as const
const server = startServer({ config })
let user: User
let browser: Browser
let people = 0

beforeAll(applySchema)

beforeEach(async () => {
  user = await addUser(`person${people++}`)
  browser = await server.signedIn(user)
})

const notices = async () =>
  (await mailsTo(user.email ?? '')).filter(({ subject }) => subject === 'How you sign in was changed')

const changePassword = (current_password: string) =>
  browser.get('/account/password').then((page) =>
    page.submit({
      current_password,
      new_password: 'quite another sentence',
      new_password_again: 'quite another sentence',
    }),
  )

describe('a person whose ways to sign in change', () => {
  it('is notified when the password is changed, and not when the change is refused', async () => {
    await changePassword('wrong')
    expect(await notices()).toHaveLength(0)
    expect((await changePassword(password)).status).toBe(303)
    const [notice] = await notices()
    expect(notice?.text).toContain('http://localhost:8000/account/activity')
    expect(notice?.text).not.toContain('quite another')
  })

  it('is notified when the authenticator app is set up, and when it is removed', async () => {
    await setUpAuthenticator(server, browser)
    expect(await notices()).toHaveLength(1)
    const tabs = [
      await browser.get('/account/authenticator/remove'),
      await browser.get('/account/authenticator/remove'),
    ]
    // The second finds nothing to remove.
    for (const tab of tabs) await tab.submit({})
    expect(await notices()).toHaveLength(2)
  })

  it('is notified when a passkey is added, and when it is removed', async () => {
    const device = new SoftAuthenticator()
    await addPasskey(browser, device)
    await usePasskey(browser, device)
    expect(await notices()).toHaveLength(1)
    const list = await browser.get('/account/passkeys')
    const [remove = ''] = /\/account\/passkeys\/[^"]+\/remove/.exec(list.html) ?? []
    await (await browser.get(remove)).submit({})
    expect(await notices()).toHaveLength(2)
  })

  it('is not notified where no mail can be sent', async () => {
    const silent = startServer({ config: { mail: { ...config.mail, mailer: 'off' } } })
    await setUpAuthenticator(silent, await silent.signedIn(user))
    expect(await notices()).toHaveLength(0)
  })
})
