import assert from 'node:assert/strict'
import type { Needs } from '../../src/index.ts'
import { api, type Cases } from '../ask.ts'
import { Issuer, startedAt } from '../issuer.ts'

async function answerTo(claims: Record<string, unknown>, needs: Needs) {
  const server = await Issuer.start()
  return api(server.options(needs))({ token: await server.token(claims) })
}

/** RFC 9470 §3. */
export const cases: Cases = {
  'acr: one of the accepted values': async () => {
    assert.equal((await answerTo({ acr: '2' }, { acrValues: ['3', '2'] })).status, 200)
    for (const acr of ['1', '32', undefined]) {
      const { status, challenge } = await answerTo({ acr }, { acrValues: ['3', '2'] })
      assert.equal(status, 401)
      assert.equal(challenge.error, 'insufficient_user_authentication')
      assert.equal(challenge.acr_values, '3 2')
      assert.equal(challenge.max_age, undefined)
    }
  },

  'max_age: counted from the sign-in': async () => {
    assert.equal((await answerTo({ auth_time: startedAt - 305 }, { maxAge: 300 })).status, 200)
    for (const auth_time of [startedAt - 306, 0, undefined]) {
      const { status, challenge } = await answerTo({ auth_time }, { maxAge: 300 })
      assert.equal(status, 401)
      assert.equal(challenge.error, 'insufficient_user_authentication')
      assert.equal(challenge.max_age, '300')
      assert.equal(challenge.acr_values, undefined)
    }
  },

  'both are in one challenge, with the scope': async () => {
    const { challenge } = await answerTo({ acr: '1' }, { acrValues: ['2'], maxAge: 60, scopes: ['read'] })
    assert.deepEqual([challenge.acr_values, challenge.max_age, challenge.scope], ['2', '60', 'read'])
  },

  'a missing scope is reported first: signing in again would not help': async () => {
    const { line, challenge } = await answerTo({}, { acrValues: ['2'], maxAge: 9, scopes: ['admin'] })
    assert.match(line, /^403 insufficient_scope/)
    assert.deepEqual([challenge.acr_values, challenge.max_age], [undefined, undefined])
  },
}
