import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ClientOpenid, defaultClientOpenid } from '../../src/rules/clients/client.ts'
import type { Page } from '../browser.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { Person } from '../person.ts'
import { RelyingParty } from '../relying-party.ts'
import { addClient, applySchema, issuer } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

const post_logout_redirect_uri = 'https://app.example/signed-out'

const openidWith = (changes: Partial<ClientOpenid>): ClientOpenid => ({
  ...defaultClientOpenid,
  pkceOptional: true,
  frontchannelLogoutUri: 'https://app.example/frontchannel',
  ...changes,
})

const world = (changes: Partial<ClientOpenid> = {}) =>
  cast(undefined, { postLogoutRedirectUris: [post_logout_redirect_uri], openid: openidWith(changes) })

async function at({ server, person }: Cast, frontchannelLogoutUri: string | undefined): Promise<Cast> {
  const registered = await addClient(person.user, { openid: openidWith({ frontchannelLogoutUri }) })
  return { server, person, rp: new RelyingParty(server, registered) }
}

const signOut = ({ person }: Cast, id_token_hint: string, state = 's 1') =>
  person.browser.get(`/o/logout?${new URLSearchParams({ id_token_hint, post_logout_redirect_uri, state })}`)

const framesOf = ({ html }: Page) =>
  [...html.matchAll(/<iframe src="([^"]*)"/g)].map(([, source = '']) => source.replaceAll('&amp;', '&'))

/** OpenID Connect Front-Channel Logout OP. */
describe('Front-Channel Logout OP', () => {
  it('discovery announces it, with session ids', async () => {
    const { server } = await cast()
    expect(await (await server.fetch('/.well-known/openid-configuration')).json()).toMatchObject({
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    })
  })

  it('the application gets a frame with iss and sid, and then the browser is sent back', async () => {
    const here = await world()
    const tokens = await signIn(here)
    const { sid } = await here.rp.verifyIdToken(tokens)
    const page = await signOut(here, tokens.id_token)
    const parameters = new URLSearchParams({ iss: issuer, sid })
    expect(framesOf(page)).toEqual([`https://app.example/frontchannel?${parameters}`])
    expect(page.headers.get('Refresh')).toBe(`2; url=${post_logout_redirect_uri}?state=s+1`)
    expect(page.html).toContain(`<a href="${post_logout_redirect_uri}?state=s+1">`)
    expect(here.rp.errorOf(await here.person.browser.get(here.rp.request({ prompt: 'none' })))).toBe(
      'login_required',
    )
  })

  it('the page may frame these applications and no others', async () => {
    const here = await world()
    const second = await at(here, 'https://second.example:8443/out')
    const tokens = await signIn(here)
    await signIn(second)
    const policy = (await signOut(here, tokens.id_token)).headers.get('Content-Security-Policy') ?? ''
    expect(/frame-src ([^;]*)/.exec(policy)?.[1]?.split(' ').sort()).toEqual([
      'https://app.example',
      'https://second.example:8443',
    ])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
  })

  it('the registered address keeps its query', async () => {
    const here = await world({ frontchannelLogoutUri: 'https://app.example/out?tenant=a%20b&x' })
    const [source = ''] = framesOf(await signOut(here, (await signIn(here)).id_token))
    expect(source.startsWith('https://app.example/out?tenant=a%20b&x&iss=')).toBe(true)
  })

  it('only applications of the session that registered an address get a frame', async () => {
    const here = await world()
    await at(here, 'https://never-used.example/out')
    const without = await at(here, undefined)
    const tokens = await signIn(here)
    await signIn(here)
    await signIn(without)
    // The same person in another browser is another session.
    const elsewhere = await at(here, 'https://elsewhere.example/out')
    await signIn({ ...elsewhere, person: new Person(here.server, here.person.user) })
    expect(framesOf(await signOut(here, tokens.id_token))).toHaveLength(1)
  })

  it('a person who signs out on our own page sees it next', async () => {
    const here = await world()
    await signIn(here)
    const page = await (await here.person.browser.get('/logout')).submit({})
    expect([framesOf(page).length, page.headers.get('Refresh')]).toEqual([1, '2; url=/logout'])
  })

  it('without such an application there is no page in between', async () => {
    const here = await world({ frontchannelLogoutUri: undefined })
    const page = await signOut(here, (await signIn(here)).id_token)
    expect([page.status, page.location]).toEqual([303, `${post_logout_redirect_uri}?state=s+1`])
  })
})
