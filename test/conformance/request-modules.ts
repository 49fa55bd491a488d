import { describe, expect, it } from 'vitest'
import { cast, type Plan, signIn } from '../cast.ts'
import { Person } from '../person.ts'
import type { Parameters } from '../relying-party.ts'

/** The modules about the content of an authorization request. */
export function requestModules(plan: Plan): void {
  describe('parameters for the pages never stop the flow', () => {
    it.each<[string, Parameters]>([
      ['display=page', { display: 'page' }],
      ['display=popup', { display: 'popup' }],
      ['display=wap', { display: 'wap' }],
      ['an unknown display', { display: 'hologram' }],
      ['ui_locales', { ui_locales: 'se fr-CA zh-Hant-HK' }],
      ['claims_locales', { claims_locales: 'se' }],
      ['garbled locales', { ui_locales: '-- *', claims_locales: '\u{1d11e}' }],
      ['login_hint of an unknown user', { login_hint: 'nobody@example.com' }],
      ['a long login_hint', { login_hint: `${'x'.repeat(3000)}?&=<>"` }],
      ['unknown parameters', { extra: 'foobar', foo: 'bar', registration: '{}' }],
    ])('%s', async (_, changes) => {
      const world = await cast(plan)
      await world.rp.verifyIdToken(await signIn(world, changes))
    })

    it('acr_values: the ID token names the one that was reached', async () => {
      const world = await cast(plan)
      const { acr } = await world.rp.verifyIdToken(await signIn(world, { acr_values: '1 2' }))
      expect(acr).toBe('1')
      const other = await world.rp.verifyIdToken(await signIn(world, { acr_values: 'urn:unheard-of' }))
      expect(other.acr).toBe('1')
    })
  })

  describe('prompt, max_age and hints', () => {
    it('prompt=login asks again, and auth_time is that of the new sign-in', async () => {
      const world = await cast(plan)
      const first = await world.rp.verifyIdToken(await signIn(world))
      world.server.now += 1
      const second = await world.rp.verifyIdToken(await signIn(world, { prompt: 'login' }))
      expect(world.person.signIns).toBe(2)
      expect([second.auth_time, second.sub]).toEqual([first.auth_time + 1, first.sub])
    })

    it('prompt=none for a signed-in person shows nothing, and reports the same sign-in', async () => {
      const world = await cast(plan)
      const { rp, person, server } = world
      const first = await rp.verifyIdToken(await signIn(world))
      server.now += 1
      const page = await person.browser.get(rp.request({ prompt: 'none' }))
      const second = await rp.verifyIdToken(await rp.tokens(rp.codeOf(page)))
      expect([second.auth_time, second.sub]).toEqual([first.auth_time, first.sub])
    })

    it('prompt=none without a session is login_required, without a page', async () => {
      const { rp, person } = await cast(plan)
      const page = await person.browser.get(rp.request({ prompt: 'none' }))
      expect(rp.errorOf(page)).toBe('login_required')
    })

    it('max_age=1 asks again two seconds later', async () => {
      const world = await cast(plan)
      const first = await world.rp.verifyIdToken(await signIn(world))
      world.server.now += 2
      const second = await world.rp.verifyIdToken(await signIn(world, { max_age: '1' }))
      expect(world.person.signIns).toBe(2)
      expect(second.auth_time).toBe(first.auth_time + 2)
    })

    it('max_age=10000 does not, and auth_time stays', async () => {
      const world = await cast(plan)
      const first = await world.rp.verifyIdToken(await signIn(world, { max_age: '15000' }))
      world.server.now += 2
      const second = await world.rp.verifyIdToken(await signIn(world, { max_age: '10000' }))
      expect([world.person.signIns, second.auth_time]).toEqual([1, first.auth_time])
    })

    it('id_token_hint with prompt=none finds the session of its user', async () => {
      const world = await cast(plan)
      const { rp, person } = world
      const tokens = await signIn(world)
      const first = await rp.verifyIdToken(tokens)
      const page = await person.browser.get(rp.request({ prompt: 'none', id_token_hint: tokens.id_token }))
      const second = await rp.verifyIdToken(await rp.tokens(rp.codeOf(page)))
      expect([second.auth_time, second.sub]).toEqual([first.auth_time, first.sub])
    })
  })

  describe('where the request comes from and where the answer goes', () => {
    it('a POST is a request too, also for a person who has to sign in', async () => {
      const { rp, person, server } = await cast(plan)
      const strangers = { Origin: 'https://app.example', 'Sec-Fetch-Site': 'cross-site' }
      for (const signedIn of [false, true]) {
        const [path = '', query = ''] = rp.request().split('?')
        const fields = Object.fromEntries(new URLSearchParams(query))
        const sentOn = await person.browser.post(path, fields, strangers)
        expect(sentOn.status).toBe(303)
        await rp.verifyIdToken(await rp.tokens(rp.codeOf(await person.visit(sentOn.location))))
        expect(person.signIns, String(signedIn)).toBe(1)
      }
      expect(server.now).toBeGreaterThan(0)
    })

    it.each<[string, (uri: string) => string]>([
      ['with a path added', (uri) => `${uri}/more`],
      ['with a query added', (uri) => `${uri}?foo=bar`],
      ['with a fragment', (uri) => `${uri}#x`],
      ['on another site', () => 'https://evil.example/callback'],
    ])('an unregistered redirect URI, one %s, shows a page and never redirects', async (_, change) => {
      const { rp, person } = await cast(plan)
      const page = await person.visit(rp.request({ redirect_uri: change(rp.redirectUri) }))
      expect([page.status, page.location, page.forms]).toEqual([400, '', []])
      expect(page.html).not.toContain(rp.redirectUri)
    })

    it('a redirect URI must be named when more than one is registered', async () => {
      const redirectUris = ['https://app.example/callback', 'https://app.example/other']
      const { rp, person } = await cast(plan, { redirectUris })
      const page = await person.visit(rp.request({ redirect_uri: undefined }))
      expect([page.status, page.location]).toEqual([400, ''])
    })

    it('a registered query is kept, and must be sent exactly', async () => {
      const { rp, person } = await cast(plan, { redirectUris: ['https://app.example/callback?foo=bar'] })
      await rp.tokens(rp.codeOf(await person.visit(rp.request())))
      for (const query of ['?foo=baz', '', '?foo=bar&more=1']) {
        const asked = rp.request({ redirect_uri: `https://app.example/callback${query}` })
        expect((await person.visit(asked)).status).toBe(400)
      }
    })

    it.each<[string, Parameters, string]>([
      ['an unsigned request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
      ['a garbled request object', { request: 'x' }, 'request_not_supported'],
      ['a request_uri', { request_uri: 'https://app.example/r.jwt' }, 'request_uri_not_supported'],
    ])('%s is refused by redirect, not ignored', async (_, changes, error) => {
      const { rp, person } = await cast(plan)
      expect(rp.errorOf(await person.visit(rp.request(changes)))).toBe(error)
    })

    it('the redirect URI in a request object is not used', async () => {
      const { rp, person } = await cast(plan)
      const claims = btoa(JSON.stringify({ redirect_uri: 'https://app.example/callback' })).replace(/=+$/, '')
      const page = await person.visit(
        rp.request({ redirect_uri: 'https://evil.example/', request: `eyJhbGciOiJub25lIn0.${claims}.` }),
      )
      expect([page.status, page.location]).toEqual([400, ''])
    })

    it('a person who denies the request: access_denied', async () => {
      const { rp, person, server } = await cast(plan)
      const other = new Person(server, person.user)
      const login = await other.browser.get((await other.browser.get(rp.request())).location)
      const signedIn = await login.submit({
        username: person.user.username,
        password: 'correct horse battery',
      })
      const consent = await other.browser.get(signedIn.location)
      expect(rp.errorOf(await consent.submit({ decision: 'cancel' }))).toBe('access_denied')
    })
  })
}
