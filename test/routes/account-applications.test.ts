import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { everyBatchTwice } from '../faults.ts'
import { codeRequest, introspect, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, startedAt, startServer } from '../server.ts'

beforeAll(applySchema)

let server = startServer()
let developer: User
let registered: Registered
let mine: Browser
let people = 0

beforeEach(async () => {
  server = startServer()
  developer = await addUser(`developer${people++}`)
  registered = await addClient(developer, { trust: 'verified' })
  mine = await server.signedIn(await addUser(`person${people++}`))
})

const list = '/account/applications'
const removePath = () => `${list}/${registered.client.id}/remove`

const login = async (browser = mine, changes = {}) =>
  tokensOf(await postToken(server, codeRequest(registered, await obtainCode(browser, registered, changes))))

const isAlive = async (token: string) => (await introspect(server, registered, token)).active

async function remove(browser = mine) {
  return (await browser.get(removePath())).submit({})
}

describe('connected applications', () => {
  it('show that there are none', async () => {
    expect((await mine.get(list)).html).toContain('No application has access')
  })

  it('are listed with owner, scopes in words, first and last use', async () => {
    const tokens = await login(mine, { scope: 'read write' })
    server.now += 3 * 86_400
    await postToken(server, refreshRequest(registered, tokens.refresh_token))
    const { html } = await mine.get(list)
    for (const text of ['Notes', developer.username, 'See your data', 'Change your data']) {
      expect(html).toContain(text)
    }
    const day = (at: number) => new Date(at * 1000).toISOString().slice(0, 10)
    expect(html).toMatch(new RegExp(`First used <time datetime="${day(startedAt)}`))
    expect(html).toMatch(new RegExp(`last used <time datetime="${day(startedAt + 3 * 86_400)}`))
  })

  it('are not used by a code that nobody redeemed', async () => {
    await login(mine, { scope: 'read' })
    server.now += 3 * 86_400
    await obtainCode(mine, registered, { scope: 'read' })
    const day = new Date(startedAt * 1000).toISOString().slice(0, 10)
    expect((await mine.get(list)).html).toMatch(new RegExp(`last used <time datetime="${day}`))
  })

  it('keep their first use when more is allowed later', async () => {
    await login(mine, { scope: 'read' })
    server.now += 2 * 86_400
    await login(mine, { scope: 'read write' })
    const first = new Date(startedAt * 1000).toISOString().slice(0, 10)
    expect((await mine.get(list)).html).toContain(`First used <time datetime="${first}`)
  })

  it('belong to the person', async () => {
    const stranger = await server.signedIn(await addUser(`stranger${people++}`))
    await login()
    expect((await stranger.get(list)).html).not.toContain('Notes')
    expect((await stranger.get(removePath())).status).toBe(404)
  })

  it('are paged, each once', async () => {
    const names = Array.from({ length: 27 }, (_, i) => `Application ${i}.`)
    for (const name of names) await obtainCode(mine, await addClient(developer, { name }))
    const first = await mine.get(list)
    const next = /href="([^"]+)" rel="next"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const html = first.html + (await mine.get(next)).html
    for (const name of names) expect(html.split(`<strong><bdi title="${name}">`)).toHaveLength(2)
  })
})

describe('removing one', () => {
  it('asks first and says what it ends', async () => {
    await login()
    const page = await mine.get(removePath())
    expect(page.status).toBe(200)
    for (const text of ['Remove the application?', 'Notes', 'See your data', '60 minutes']) {
      expect(page.html).toContain(text)
    }
  })

  it('ends all of its access, is recorded, and asks for consent again', async () => {
    const tokens = [await login(), await login()]
    const answer = await remove()
    expect([answer.status, answer.location]).toEqual([303, expect.stringContaining(`${list}?removed=`)])
    expect((await mine.get(answer.location)).text).toContain('Removed the access of Notes .')
    for (const { access_token, refresh_token } of tokens) {
      expect(await isAlive(access_token)).toBe(false)
      expect(await isAlive(refresh_token)).toBe(false)
    }
    expect((await mine.get(list)).html).not.toContain('<bdi>Notes</bdi>')
    expect((await mine.get('/account/activity')).html).toContain('You removed the access of')
    expect((await mine.get(removePath())).status).toBe(404)
  })

  it('by one person does not affect others', async () => {
    const other = await server.signedIn(await addUser(`other${people++}`))
    const theirs = await login(other)
    await login()
    await remove()
    expect(await isAlive(theirs.refresh_token)).toBe(true)
    expect((await other.get(list)).html).toContain('<bdi>Notes</bdi>')
  })

  it('that the person never allowed changes nothing', async () => {
    const tokens = await login()
    const stranger = await server.signedIn(await addUser(`stranger${people++}`))
    const own = await addClient(developer)
    await obtainCode(stranger, own)
    const page = await stranger.get(`${list}/${own.client.id}/remove`)
    const answer = await stranger.post(removePath(), page.forms[0]?.fields ?? {})
    expect(answer.status).toBe(404)
    expect(await isAlive(tokens.refresh_token)).toBe(true)
    expect((await mine.get(list)).html).toContain('<bdi>Notes</bdi>')
  })

  it('sent twice is done once, and what was allowed since then stays', async () => {
    await login()
    const page = await mine.get(removePath())
    expect((await page.submit({})).status).toBe(303)
    const tokens = await login()
    expect((await page.submit({})).status).toBe(303)
    expect(await isAlive(tokens.refresh_token)).toBe(true)
    expect((await mine.get(list)).html).toContain('<bdi>Notes</bdi>')
    expect((await mine.get('/account/activity')).html.split('You removed')).toHaveLength(2)
  })

  it('works with every batch executed twice', async () => {
    server = startServer({ bindings: { DB: everyBatchTwice() } })
    mine = await server.signedIn(await addUser(`person${people++}`))
    const tokens = await login()
    expect((await remove()).status).toBe(303)
    expect(await isAlive(tokens.refresh_token)).toBe(false)
    expect((await mine.get('/account/activity')).html.split('You removed')).toHaveLength(2)
  })

  it('needs our own form', async () => {
    const tokens = await login()
    const page = await mine.get(removePath())
    const fields = { ...page.forms[0]?.fields, form_token: 'x' }
    expect((await mine.post(removePath(), fields)).status).toBe(400)
    expect(await isAlive(tokens.refresh_token)).toBe(true)
  })
})
