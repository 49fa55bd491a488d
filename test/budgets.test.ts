import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { addPasskey, SoftAuthenticator, usePasskey } from './authenticator.ts'
import { counted } from './faults.ts'
import { authorizePath, codeRequest, obtainCode, postToken, refreshRequest, tokensOf } from './flow.ts'
import { linkTo } from './mails.ts'
import { recording, scansOf } from './plans.ts'
import { atCode, setUpAuthenticator } from './second-factor.ts'
import { addClient, addUser, applySchema, password, startedAt, startServer } from './server.ts'

beforeAll(applySchema)

describe('round trips', () => {
  it('are those of the design', async () => {
    const count = counted()
    const server = startServer({ bindings: { DB: count.db, CODES: count.kv } })
    const owner = await addUser('ada')
    const registered = await addClient(owner)
    const browser = await server.signedIn(owner)
    const during = async <T>(work: () => Promise<T>): Promise<[T, typeof count.counts]> => {
      count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
      return [await work(), count.counts]
    }
    // With this many requests hardly one is counted: background work has a budget of its own.
    await env.DB.prepare(
      `INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reference) VALUES (?, ?, 'issued', ?, 0, '')`,
    )
      .bind(registered.client.id, Math.floor(startedAt / 86_400), 1e12)
      .run()
    // Warms the isolate: signing keys, and remembers the consent.
    await tokensOf(await postToken(server, codeRequest(registered, await obtainCode(browser, registered))))

    const [page, authorize] = await during(() => browser.get(authorizePath(registered)))
    expect(authorize).toEqual({ reads: 1, writes: 1, gets: 0, puts: 1 })

    const code = new URL(page.location).searchParams.get('code') ?? ''
    const [answer, token] = await during(() => postToken(server, codeRequest(registered, code)))
    expect(token).toEqual({ reads: 1, writes: 1, gets: 1, puts: 0 })

    const { refresh_token } = await tokensOf(answer)
    const [, refresh] = await during(() => postToken(server, refreshRequest(registered, refresh_token)))
    expect(refresh).toEqual({ reads: 1, writes: 1, gets: 0, puts: 0 })

    for (const path of [
      '/account',
      '/account/profile',
      '/account/sessions',
      '/account/applications',
      '/account/activity',
    ]) {
      const [, shown] = await during(() => browser.get(path))
      expect([path, shown]).toEqual([path, { reads: 1, writes: 0, gets: 0, puts: 0 }])
    }

    const [missing, atNothing] = await during(() => browser.get('/nowhere'))
    expect([missing.status, atNothing]).toEqual([404, { reads: 1, writes: 0, gets: 0, puts: 0 }])
    expect(missing.text).toContain('Sign out')
    const [lost, ofStranger] = await during(() => server.browser().get('/nowhere'))
    expect([lost.status, ofStranger]).toEqual([404, { reads: 0, writes: 0, gets: 0, puts: 0 }])

    // The isolate reads the types of authorization details once in five minutes.
    await server.fetch('/.well-known/openid-configuration')
    const [, discovery] = await during(() => server.fetch('/.well-known/oauth-authorization-server'))
    expect(discovery).toEqual({ reads: 0, writes: 0, gets: 0, puts: 0 })
    const [, jwks] = await during(() => server.fetch('/.well-known/jwks.json'))
    expect(jwks).toEqual({ reads: 0, writes: 0, gets: 0, puts: 0 })
  })
})

describe('query plans', () => {
  it('never scan a table that grows', async () => {
    const statements = new Set<string>()
    const server = startServer({ bindings: { DB: recording(statements) } })
    const owner = await addUser('grace', 'administrator')
    const registered = await addClient(owner)
    const browser = await server.signedIn(owner)
    const tokens = await tokensOf(
      await postToken(server, codeRequest(registered, await obtainCode(browser, registered))),
    )
    const device = new SoftAuthenticator()
    await addPasskey(browser, device)
    await usePasskey(browser, device)
    const { phone, recoveryCodes } = await setUpAuthenticator(server, browser)
    server.now += 60
    for (const code of [phone.code(), ...recoveryCodes.slice(0, 1)]) {
      await (await atCode(server, owner))[1].submit({ code })
    }
    await postToken(server, refreshRequest(registered, tokens.refresh_token), {
      Origin: 'https://nobody.example',
    })
    await server.fetch('/o/token', { method: 'OPTIONS', headers: { Origin: 'https://app.example' } })
    for (const path of [
      '/o/applications',
      ...['', '/settings', '/credentials', '/activity', '/danger'].map(
        (tab) => `/o/applications/${registered.client.id}${tab}`,
      ),
      '/admin?days=90',
      '/search?name=a',
      '/admin/users',
      '/admin/applications',
      '/account/authenticator',
      '/account/authenticator/recovery-codes',
      '/account/passkeys',
      '/account/passkeys/new',
      '/login/code',
      '/account',
      '/account/profile',
      '/account/sessions',
      '/account/applications',
      `/account/applications/${registered.client.id}/remove`,
      '/account/activity',
      '/account/export',
      '/account/delete',
    ]) {
      await browser.get(path)
    }
    await (await browser.get('/account/profile')).submit({ nickname: 'Grace' })
    await (await browser.get('/account/sessions')).submit({ end: 'others' })
    await (await browser.get('/account/sessions')).submit({ end: 'nobody’s' })
    await (await browser.get(`/account/applications/${registered.client.id}/remove`)).submit({})
    const [old, next] = [password, 'seven blue lamps']
    await (await browser.get('/account/password')).submit({
      current_password: old,
      new_password: next,
      new_password_again: next,
      end_authorizations: 'yes',
    })
    await (await browser.get('/password-reset')).submit({ account: 'grace' })
    await (await browser.get(await linkTo('grace@example.com'))).submit({ password: 'seven green lamps' })
    expect(statements.size).toBeGreaterThan(15)

    expect(await scansOf(statements)).toEqual([])
  })
})
