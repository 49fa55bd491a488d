import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Page } from '../browser.ts'
import { everyBatchTwice } from '../faults.ts'
import { linkTo } from '../mails.ts'
import { addUser, applySchema, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

const { DB } = env
const day = 86_400
const network = '203.0.113.5'
const open = { signUp: 'open', signUpsPerNetwork: 3 } as const
let server: Server
let people = 0

beforeEach(async () => {
  server = startServer({ config: open })
  await DB.prepare('DELETE FROM sign_in_attempts').run()
})

interface Wanted {
  readonly username?: string
  readonly address?: string
  readonly at?: Server
  readonly path?: string
}

async function signUp({
  address = network,
  at = server,
  path = '/signup',
  ...wanted
}: Wanted = {}): Promise<Page> {
  const browser = at.browser()
  browser.address = address
  const username = wanted.username ?? `pupil${people++}`
  const form = await browser.get(path)
  return form.submit({
    username,
    email: `${username}.${people++}@example.com`,
    password: 'seven green lamps',
  })
}

const statusesOf = async (times: number, wanted: Wanted = {}) => {
  const statuses: number[] = []
  for (let i = 0; i < times; i++) statuses.push((await signUp(wanted)).status)
  return statuses
}

describe('a classroom behind one address', () => {
  it('has sixty people sign up at once, and nobody waits', async () => {
    const school = startServer({ config: { signUp: 'open' } })
    const pages = await Promise.all(Array.from({ length: 60 }, () => signUp({ at: school })))
    expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 303))
  })

  it('is slowed only by sign-ups with taken names', async () => {
    const { username } = await addUser('taken')
    const roomy = startServer({ config: { signUp: 'open' } })
    expect(await statusesOf(5, { at: roomy })).toEqual([303, 303, 303, 303, 303])
    const refused = await statusesOf(21, { at: roomy, username })
    expect(refused).toEqual([...Array.from({ length: 20 }, () => 400), 429])
    expect((await signUp({ at: roomy })).status).toBe(429)
    expect((await signUp({ at: roomy, address: '203.0.113.6' })).status).toBe(303)
  })
})

describe('a network that creates accounts', () => {
  it('gets as many in a day as the setting allows, and is told what to do', async () => {
    expect(await statusesOf(3)).toEqual([303, 303, 303])
    const refused = await signUp()
    expect(refused.status).toBe(429)
    expect(refused.text).toContain('ask for an invitation')
    expect(Number(refused.headers.get('Retry-After'))).toBe(day - (server.now % day))
    expect((await signUp({ address: '203.0.113.6' })).status).toBe(303)
    server.now += day - (server.now % day)
    expect(await statusesOf(4)).toEqual([303, 303, 303, 429])
  })

  it('gets no more by parallel requests', async () => {
    const pages = await Promise.all(Array.from({ length: 6 }, () => signUp()))
    expect(pages.filter(({ status }) => status === 303)).toHaveLength(3)
    expect(pages.filter(({ status }) => status === 429)).toHaveLength(3)
  })

  it('is counted once when a batch is executed twice, and not for failed sign-ups', async () => {
    const { username } = await addUser(`somebody${people++}`)
    expect(await statusesOf(4, { username })).toEqual([400, 400, 400, 400])
    const twice = startServer({ config: open, bindings: { DB: everyBatchTwice() } })
    expect(await statusesOf(4, { at: twice })).toEqual([303, 303, 303, 429])
  })

  it('counts by /64 of IPv6, and ten times as many by /48', async () => {
    const from = (block: number) => `2001:db8:7:${block}::${people++}`
    expect(await statusesOf(2, { address: from(0) })).toEqual([303, 303])
    expect((await signUp({ address: from(0) })).status).toBe(303)
    expect((await signUp({ address: from(0) })).status).toBe(429)
    for (let block = 1; block <= 9; block++) await statusesOf(3, { address: from(block) })
    expect((await signUp({ address: from(10) })).status).toBe(429)
    expect((await signUp({ address: '2001:db8:8::1' })).status).toBe(303)
  })

  it('still admits people whom an administrator invited', async () => {
    await statusesOf(3)
    const ada = await addUser(`ada${people++}`, 'administrator')
    const email = `invited${people++}@example.com`
    await (await (await server.signedIn(ada)).get('/admin/invitations')).submit({ email })
    expect((await signUp({ path: await linkTo(email) })).status).toBe(303)
    expect((await signUp()).status).toBe(429)
  })

  it('gets no more accounts by deleting some', async () => {
    await statusesOf(3)
    await DB.prepare(`DELETE FROM users WHERE username LIKE 'pupil%'`).run()
    expect((await signUp()).status).toBe(429)
  })
})
