import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { cast, olderClient } from '../cast.ts'
import { codeChallenge, codeVerifier, errorOf } from '../flow.ts'
import { applySchema } from '../server.ts'

beforeAll(applySchema)

const challenge = { code_challenge: codeChallenge, code_challenge_method: 'S256' }

/** Confidential OpenID Connect clients without PKCE, where an administrator allowed it (RFC 9700 §2.1.1). */
describe('the exception from PKCE', () => {
  it('is never given to a public client, whatever its row says', async () => {
    const { rp, person } = await cast(undefined, { ...olderClient, type: 'public' })
    expect(rp.errorOf(await person.visit(rp.request()))).toBe('invalid_request')
  })

  it('is off for every other client', async () => {
    const { rp, person } = await cast(undefined, { openid: defaultClientOpenid })
    expect(rp.errorOf(await person.visit(rp.request()))).toBe('invalid_request')
  })

  it.each([
    ['plain', { code_challenge: codeVerifier, code_challenge_method: 'plain' }],
    ['no method', { code_challenge: codeChallenge }],
    ['only a method', { code_challenge_method: 'S256' }],
  ])('allows no challenge, but not a weak one: %s is refused', async (_, changes) => {
    const { rp, person } = await cast()
    expect(rp.errorOf(await person.visit(rp.request(changes)))).toBe('invalid_request')
  })

  it('does not accept a verifier without a challenge: the challenge was stripped (RFC 9700 §4.8.2)', async () => {
    const { rp, person } = await cast()
    const code = rp.codeOf(await person.visit(rp.request()))
    expect(await errorOf(await rp.redeem(code, { code_verifier: codeVerifier }))).toBe('400 invalid_grant')
    await rp.tokens(code)
  })

  it('does not accept a missing verifier when there was a challenge', async () => {
    const { rp, person } = await cast()
    const code = rp.codeOf(await person.visit(rp.request(challenge)))
    expect(await errorOf(await rp.redeem(code))).toBe('400 invalid_grant')
    await rp.tokens(code, { code_verifier: codeVerifier })
  })
})
