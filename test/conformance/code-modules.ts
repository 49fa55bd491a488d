import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { cast, olderClient, type Plan, relyingParty, signIn } from '../cast.ts'
import { codeChallenge, codeVerifier, errorOf } from '../flow.ts'
import { addClient } from '../server.ts'

/** The modules about codes, tokens and the ID token. */
export function codeModules(plan: Plan): void {
  describe('codes and tokens', () => {
    it('a request for openid ends in a code, an access token and an ID token', async () => {
      const { rp, person } = await cast(plan)
      const code = rp.codeOf(await person.visit(rp.request()))
      // 128 bits are 22 characters of base64url.
      expect(code.length).toBeGreaterThanOrEqual(22)
      expect(new Set(code).size).toBeGreaterThan(15)
      const tokens = await rp.tokens(code)
      expect(tokens.access_token.length).toBeGreaterThanOrEqual(22)
      expect(tokens.scope).toBe('openid')
      const idToken = await rp.verifyIdToken(tokens)
      expect(Object.keys(idToken).sort()).toEqual(
        'acr amr at_hash aud auth_time authorization_id exp iat iss nonce sid sub'.split(' '),
      )
      expect((await rp.claims(tokens.access_token)).sub).toBe(idToken.sub)
    })

    it('no two codes, access tokens or refresh tokens are the same', async () => {
      const { rp, person } = await cast(plan)
      const codes = [rp.codeOf(await person.visit(rp.request())), rp.codeOf(await person.visit(rp.request()))]
      expect(new Set(codes).size).toBe(2)
      const sets = [await rp.tokens(codes[0] ?? ''), await rp.tokens(codes[1] ?? '')]
      expect(new Set(sets.flatMap((set) => [set.access_token, set.refresh_token, set.id_token])).size).toBe(6)
    })

    it('without response_type the request goes back as invalid', async () => {
      const { rp, person } = await cast(plan)
      expect(rp.errorOf(await person.visit(rp.request({ response_type: undefined })))).toBe('invalid_request')
      expect(person.signIns).toBe(0)
    })

    it('the ID token is signed with RS256 by default, and names its key', async () => {
      const world = await cast(plan)
      const { alg, kid, typ } = decodeProtectedHeader((await signIn(world)).id_token)
      expect({ alg, typ }).toEqual({ alg: 'RS256', typ: 'JWT' })
      const { keys }: { keys: { kid: string }[] } = await (
        await world.server.fetch('/.well-known/jwks.json')
      ).json()
      expect(keys.filter((key) => key.kid === kid)).toHaveLength(1)
    })

    it('a code works once, and its second use revokes the tokens of the first', async () => {
      const { rp, person } = await cast(plan)
      const code = rp.codeOf(await person.visit(rp.request()))
      const tokens = await rp.tokens(code)
      expect(await errorOf(await rp.redeem(code))).toBe('400 invalid_grant')
      expect((await rp.userinfo(tokens.access_token)).status).toBe(401)
    })

    it('half a minute after its use a code is invalid, and so are its tokens when it is repeated', async () => {
      const { server, rp, person } = await cast(plan)
      const code = rp.codeOf(await person.visit(rp.request()))
      const tokens = await rp.tokens(code)
      server.now += 30
      expect((await rp.userinfo(tokens.access_token)).status).toBe(200)
      expect(await errorOf(await rp.redeem(code))).toBe('400 invalid_grant')
      expect((await rp.userinfo(tokens.access_token)).status).toBe(401)
      const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
      expect(await errorOf(await rp.token(refresh))).toBe('400 invalid_grant')
    })

    it('PKCE is checked when it is used', async () => {
      const { rp, person } = await cast(plan)
      const pkce = { code_challenge: codeChallenge, code_challenge_method: 'S256' }
      const code = rp.codeOf(await person.visit(rp.request(pkce)))
      expect(await errorOf(await rp.redeem(code))).toBe('400 invalid_grant')
      const wrong = { code_verifier: codeVerifier.toLowerCase() }
      expect(await errorOf(await rp.redeem(code, wrong))).toBe('400 invalid_grant')
      await rp.verifyIdToken(await rp.tokens(code, { code_verifier: codeVerifier }))
    })

    it('without PKCE and nonce the code flow of an older client works', async () => {
      const world = await cast(plan)
      const tokens = await signIn(world, { nonce: undefined })
      expect(await world.rp.verifyIdToken(tokens)).not.toHaveProperty('nonce')
    })

    it('a refreshed ID token is about the same sign-in, without the nonce', async () => {
      const world = await cast(plan)
      const { server, rp } = world
      const tokens = await signIn(world, { scope: 'openid offline_access' })
      const first = await rp.verifyIdToken(tokens)
      server.now += 100
      const again = await rp.refresh(tokens.refresh_token)
      const second = await rp.verifyIdToken(again, '')
      const { iss, sub, aud, auth_time, sid, acr, amr } = first
      expect(second).toMatchObject({ iss, sub, aud, auth_time, sid, acr, amr })
      expect(second.iat).toBe((first.iat ?? 0) + 100)
      expect(second).not.toHaveProperty('nonce')
      expect(again.access_token).not.toBe(tokens.access_token)
    })

    it('a refresh token does not work for another client, and stays valid for its own', async () => {
      const world = await cast(plan)
      const { server, rp, person } = world
      const tokens = await signIn(world, { scope: 'openid offline_access' })
      const other = relyingParty(plan, server, await addClient(person.user, olderClient))
      const stolen = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
      expect(await errorOf(await other.token(stolen))).toBe('400 invalid_grant')
      await rp.refresh(tokens.refresh_token)
    })

    it('a code does not work for another client, and stays valid for its own', async () => {
      const { server, rp, person } = await cast(plan)
      const code = rp.codeOf(await person.visit(rp.request()))
      const other = relyingParty(plan, server, await addClient(person.user, olderClient))
      expect(await errorOf(await other.redeem(code))).toBe('400 invalid_grant')
      await rp.tokens(code)
    })

    it('scopes and parameters may come in any order', async () => {
      const { rp, person } = await cast(plan)
      const [path = '', query = ''] = rp.request({ scope: 'email openid' }).split('?')
      const turned = new URLSearchParams([...new URLSearchParams(query)].reverse())
      const tokens = await rp.tokens(rp.codeOf(await person.visit(`${path}?${turned}`)))
      expect(await rp.verifyIdToken(tokens)).not.toHaveProperty('email')
      expect(await rp.claims(tokens.access_token)).toHaveProperty('email')
    })
  })
}
