import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../src/rules/clients/client.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { sendRegistration } from '../applications.ts'
import { authorizePath } from '../flow.ts'
import { addClient, addUser, applySchema, startServer } from '../server.ts'

const server = startServer({ config: { brand: { name: 'Example ID', color: undefined, logo: undefined } } })
const { DB } = env

beforeAll(async () => {
  await applySchema()
  const owner = await addUser('owner')
  await addClient(owner, { name: 'Company Mail', trust: 'first-party' })
  await addClient(owner, { name: 'Wallet', trust: 'verified' })
  await addClient(owner, { name: 'Diary' })
})

const developer = async () => server.signedIn(await addUser(`developer-${randomText(4)}`))

const lookalikes = [
  'Wallet',
  'wallet',
  'WaIIet',
  'Wa11et',
  '\u0421\u043emp\u0430ny M\u0430il'.normalize(),
  'Ｗａｌｌｅｔ',
  'Company  Mail',
]

describe('a developer who names an application like a trusted one', () => {
  it.each(lookalikes)('is refused: %s', async (name) => {
    const page = await sendRegistration(await developer(), { name })
    expect(page.status).toBe(400)
  })

  it('is told why, also when it is this server', async () => {
    const browser = await developer()
    expect((await sendRegistration(browser, { name: 'wa11et' })).text).toContain(
      'People could mistake this for Wallet, an application that was verified here.',
    )
    expect((await sendRegistration(browser, { name: 'Examp1e ID' })).text).toContain(
      'People could mistake this for Example ID, this server itself.',
    )
  })

  it.each(['Diary', 'Wallet for bicycles', 'Mail'])('but not for another name: %s', async (name) => {
    expect((await sendRegistration(await developer(), { name })).status).toBe(200)
  })

  it('is refused when renaming it, and keeps an older name', async () => {
    const user = await addUser(`renaming-${randomText(4)}`)
    const browser = await server.signedIn(user)
    const { client } = await addClient(user, { name: 'WalIet' })
    const save = async (name: string) =>
      (await browser.get(`/o/applications/${client.id}/update`)).submit({ name })
    expect((await save('WalIet')).status).toBe(303)
    expect((await save('Wallet')).status).toBe(400)
  })

  it('is allowed as owner of the trusted one, or as an administrator', async () => {
    const user = await addUser(`maker-${randomText(4)}`)
    await addClient(user, { name: 'Garden', trust: 'verified' })
    expect((await sendRegistration(await server.signedIn(user), { name: 'Garden' })).status).toBe(200)
    const root = await server.signedIn(await addUser(`root-${randomText(4)}`, 'administrator'))
    expect((await sendRegistration(root, { name: 'Wallet' })).status).toBe(200)
  })
})

describe('an application that looks like a trusted one all the same', () => {
  async function consentFor(details: Partial<Client>, registeredBy = 'person') {
    const owner = await addUser(`other-${randomText(4)}`)
    const registered = await addClient(owner, details)
    await DB.prepare('UPDATE clients SET registered_by = ? WHERE id = ?')
      .bind(registeredBy, registered.client.id)
      .run()
    return (await developer()).get(authorizePath(registered))
  }

  it.each(['person', 'itself'])(
    'is told apart where people decide: registered by %s',
    async (registeredBy) => {
      const page = await consentFor({ name: 'WaIlet' }, registeredBy)
      expect(page.text).toContain('This is not the Wallet that was verified on this server')
      expect((await consentFor({ name: 'example id' }, registeredBy)).text).toContain(
        'This is not part of Example ID',
      )
    },
  )

  it('and no warning is shown for others, nor for a verified one', async () => {
    for (const details of [{ name: 'Diary' }, { name: 'Wallet', trust: 'verified' }] as const)
      expect((await consentFor(details)).text).not.toMatch(/Only the name looks alike/)
  })

  it('has a warning on a device’s page too', async () => {
    const owner = await addUser(`other-${randomText(4)}`)
    const { client, secret } = await addClient(owner, {
      name: 'Wa1let',
      grantType: 'device-code',
      redirectUris: [],
    })
    const body = new URLSearchParams({ client_id: client.id, client_secret: secret, scope: 'read' })
    const answer = await server.fetch('/o/device-authorization', { method: 'POST', body })
    const { user_code } = await answer.json<{ user_code: string }>()
    const page = await (await (await developer()).get('/o/device')).submit({ user_code })
    expect(page.text).toContain('This is not the Wallet')
  })
})
