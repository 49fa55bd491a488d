import { describe, expect, it } from 'vitest'
import { cast, type Plan, signIn } from '../cast.ts'
import { completeProfile } from '../person.ts'
import { startedAt } from '../server.ts'

const { phone_number, address, ...profile } = completeProfile

/** The userinfo claims of each scope, for a user with every claim. OIDC Core §5.4. */
function claimsOfScopes(user: { readonly username: string; readonly email: string | undefined }) {
  return {
    profile: { ...profile, preferred_username: user.username, updated_at: startedAt },
    email: { email: user.email, email_verified: true },
    address: { address },
    phone: { phone_number, phone_number_verified: false },
  }
}

/** The modules about claims. */
export function claimsModules(plan: Plan): void {
  describe('claims about the user', () => {
    it.each(['profile', 'email', 'address', 'phone'] as const)(
      'the scope %s gives every standard claim of it, and no other, at userinfo alone',
      async (scope) => {
        const world = await cast(plan)
        const tokens = await signIn(world, { scope: `openid ${scope}` })
        const idToken = await world.rp.verifyIdToken(tokens)
        const expected = claimsOfScopes(world.person.user)[scope]
        expect(await world.rp.claims(tokens.access_token)).toEqual({ sub: idToken.sub, ...expected })
        for (const claim of Object.keys(expected)) expect(idToken).not.toHaveProperty(claim)
      },
    )

    it('all four scopes together give all their claims', async () => {
      const world = await cast(plan)
      const tokens = await signIn(world, { scope: 'openid profile email address phone' })
      const { sub } = await world.rp.verifyIdToken(tokens)
      const all = Object.assign({}, ...Object.values(claimsOfScopes(world.person.user)))
      expect(await world.rp.claims(tokens.access_token)).toEqual({ sub, ...all })
    })

    it('openid alone gives only the subject', async () => {
      const world = await cast(plan)
      const tokens = await signIn(world)
      const { sub } = await world.rp.verifyIdToken(tokens)
      expect(await world.rp.claims(tokens.access_token)).toEqual({ sub })
    })

    it('an essential claim that is requested by name needs no scope', async () => {
      const world = await cast(plan)
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
      const tokens = await signIn(world, { claims })
      const { sub } = await world.rp.verifyIdToken(tokens)
      expect(await world.rp.claims(tokens.access_token)).toEqual({ sub, name: 'Ada Lovelace' })
    })
  })

  describe('userinfo answers', () => {
    it.each<[string, (accessToken: string) => RequestInit]>([
      ['GET with the token in the header', () => ({})],
      ['POST with the token in the header', () => ({ method: 'POST' })],
      [
        'POST with the token in the body',
        (token) => ({ method: 'POST', headers: {}, body: new URLSearchParams({ access_token: token }) }),
      ],
    ])('%s', async (_, init) => {
      const world = await cast(plan)
      const tokens = await signIn(world)
      const { sub } = await world.rp.verifyIdToken(tokens)
      const response = await world.rp.userinfo(tokens.access_token, init(tokens.access_token))
      expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
      expect(await response.json()).toEqual({ sub })
    })

    it('with 401 and a challenge when the token is missing, wrong or an ID token, with 403 when it lacks the scope', async () => {
      const world = await cast(plan)
      const tokens = await signIn(world)
      const without = await signIn(world, { scope: 'read' })
      const challengeOf = async (init: RequestInit) => {
        const response = await world.rp.userinfo('', init)
        const challenge = response.headers.get('WWW-Authenticate') ?? ''
        return [response.status, /^Bearer realm=/.test(challenge), /error="([a-z_]+)"/.exec(challenge)?.[1]]
      }
      const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })
      expect(await challengeOf({ headers: {} })).toEqual([401, true, undefined])
      expect(await challengeOf({ method: 'POST', headers: {} })).toEqual([401, true, undefined])
      expect(await challengeOf(bearer('nonsense'))).toEqual([401, true, 'invalid_token'])
      expect(await challengeOf(bearer(tokens.id_token))).toEqual([401, true, 'invalid_token'])
      expect(await challengeOf(bearer(tokens.refresh_token))).toEqual([401, true, 'invalid_token'])
      expect(await challengeOf(bearer(without.access_token))).toEqual([403, true, 'insufficient_scope'])
    })
  })
}
