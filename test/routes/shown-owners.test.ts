import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../src/rules/clients/client.ts'
import { randomText } from '../../src/secrets/secret.ts'
import type { Page } from '../browser.ts'
import { authorizePath, consentTo } from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, startServer } from '../server.ts'

const server = startServer()
beforeAll(applySchema)

const { DB } = env
/** A chosen username, and a confirmed address if there is one. */
async function ownerWith(email: string | undefined) {
  const owner = await addUser(`YourBank-${randomText(4)}`)
  await DB.prepare('UPDATE users SET email = ?, email_verified_at = ? WHERE id = ?')
    .bind(email ?? `typed-${owner.id}@bank.example`, email === undefined ? null : 1, owner.id)
    .run()
  return owner
}

/** Every page on which a person decides about an application of this owner. */
async function pagesOf(
  owner: Awaited<ReturnType<typeof ownerWith>>,
  details: Partial<Client> = {},
  viewer = '',
) {
  const person = viewer === '' ? await addUser(`reader-${randomText(4)}`) : { ...owner, username: viewer }
  const browser = await server.signedIn(person)
  const registered = await addClient(owner, { furtherGrantTypes: ['device-code'], ...details })
  await setColumns(registered, details)
  const consent = await browser.get(authorizePath(registered))
  const device = await deviceOf(registered, browser)
  if (consent.status === 200) await consentTo(consent)
  const list = await browser.get('/account/applications')
  const remove = await browser.get(`/account/applications/${registered.client.id}/remove`)
  return { consent, device, list, remove }
}

const setColumns = ({ client }: Registered, { registeredBy = 'person' }: Partial<Client>) =>
  DB.prepare('UPDATE clients SET registered_by = ? WHERE id = ?').bind(registeredBy, client.id).run()

async function deviceOf(
  { client, secret }: Registered,
  browser: Awaited<ReturnType<typeof server.signedIn>>,
): Promise<Page> {
  const body = new URLSearchParams({ client_id: client.id, client_secret: secret, scope: 'read' })
  const answer = await server.fetch('/o/device-authorization', { method: 'POST', body })
  const { user_code } = await answer.json<{ user_code: string }>()
  return (await browser.get('/o/device')).submit({ user_code })
}

describe('the owner of an unverified application', () => {
  it('is shown by the domain of the confirmed address, and never by a name of their choice', async () => {
    const owner = await ownerWith(`dev-${randomText(4)}@maker.example`)
    for (const [name, page] of Object.entries(await pagesOf(owner))) {
      expect([name, page.text]).not.toEqual([name, expect.stringContaining('YourBank')])
      if (name !== 'remove') expect(page.text).toContain('somebody with an address at maker.example')
    }
  })

  it('is not shown at all while no address is confirmed', async () => {
    for (const page of Object.values(await pagesOf(await ownerWith(undefined)))) {
      expect(page.status).toBe(200)
      expect(page.text).not.toMatch(/YourBank|bank\.example|Registered by/)
    }
  })

  it('is shown in Punycode, so that no letter looks like another', async () => {
    const { consent } = await pagesOf(await ownerWith(`dev-${randomText(4)}@b\u0430nk.example`))
    expect(consent.text).toContain('an address at xn--')
  })

  it.each(['dev@bank.example/path', 'dev@bank.example:80', 'dev@'])(
    'is not shown by what is no domain: %s',
    async (email) => {
      const { consent } = await pagesOf(await ownerWith(email))
      expect(consent.text).not.toMatch(/Registered by/)
    },
  )

  it('sees their own name', async () => {
    const owner = await ownerWith(undefined)
    const { consent, list } = await pagesOf(owner, {}, owner.username)
    expect(consent.text).toContain(`Registered by ${owner.username}`)
    expect(list.text).toContain(`Registered by ${owner.username}`)
  })
})

it('the owner of a verified application is shown by name: an administrator has checked it', async () => {
  const owner = await ownerWith(undefined)
  const { consent, list } = await pagesOf(owner, { trust: 'verified' })
  for (const page of [consent, list]) expect(page.text).toContain(`Registered by ${owner.username}`)
})

it('a client that registered itself is not attributed to the administrator who approved it', async () => {
  for (const page of Object.values(
    await pagesOf(await ownerWith(`root-${randomText(4)}@here.example`), { registeredBy: 'itself' }),
  ))
    expect(page.text).not.toMatch(/YourBank|here\.example/)
})
