import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { resealSome } from '../../src/acts/server/reseal.ts'
import { ensureSigningKeys, rotateSigningKeys } from '../../src/acts/server/rotate-keys.ts'
import { withdrawKey } from '../../src/acts/server/withdraw-key.ts'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { keyStatus, type SigningAlgorithm, signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import { unseal } from '../../src/secrets/derived-keys.ts'
import { openSigningKey } from '../../src/secrets/signing-key.ts'
import { read } from '../../src/store/database.ts'
import { listSigningKeys } from '../../src/store/server/signing-keys.ts'
import { cast, signIn } from '../cast.ts'
import { everyBatchTwice } from '../faults.ts'
import { rotateByHand, useEveryAlgorithm } from '../rotation.ts'
import { addUser, applySchema, startedAt } from '../server.ts'

const secret = String(env.KEY_ENCRYPTION_SECRET)
const day = 86_400

beforeAll(applySchema)
beforeEach(async () => {
  for (const table of ['signing_keys', 'later_signing_keys'])
    await env.DB.prepare(`DELETE FROM ${table}`).run()
  await useEveryAlgorithm()
})

const stored = async () => (await read(env.DB, { keys: listSigningKeys(env.DB) })).keys
const rotate = (now: number) => rotateSigningKeys(env.DB, secret, now)

/** For one algorithm: generation, state at `now`, and start of signing. */
async function shown(alg: SigningAlgorithm, now: number) {
  const keys = await stored()
  return keys
    .filter((key) => key.alg === alg)
    .map((key) => `${key.generation} ${keyStatus(keys, key, now)} ${key.activeAt - startedAt}`)
}

describe('by schedule', () => {
  it('a successor is published a day before it signs, every ninety days, for every algorithm', async () => {
    await rotate(startedAt)
    await rotate(startedAt + 89 * day - 1)
    for (const alg of signingAlgorithms) expect(await shown(alg, startedAt + 1)).toEqual(['1 current 0'])
    await rotate(startedAt + 89 * day)
    for (const alg of signingAlgorithms) {
      expect(await shown(alg, startedAt + 89 * day)).toEqual(['1 current 0', `2 next ${90 * day}`])
      expect(await shown(alg, startedAt + 90 * day)).toEqual(['1 retired 0', `2 current ${90 * day}`])
    }
  })

  it('a handler that did not run for a year still publishes a day ahead', async () => {
    await rotate(startedAt)
    await rotate(startedAt + 365 * day)
    expect(await shown('RS256', startedAt + 365 * day)).toEqual(['1 current 0', `2 next ${366 * day}`])
  })

  it('a retired key stays for the lifetime of the longest token, and not a second less', async () => {
    await rotate(startedAt)
    await rotate(startedAt + 89 * day)
    await rotate(startedAt + 120 * day - 1)
    expect(await shown('ES256', startedAt + 120 * day)).toHaveLength(2)
    await rotate(startedAt + 120 * day)
    expect(await shown('ES256', startedAt + 120 * day)).toEqual([`2 current ${90 * day}`])
  })

  it('many runs at once, and every write twice, create one successor', async () => {
    await rotate(startedAt)
    const due = startedAt + 89 * day
    const twice = everyBatchTwice()
    await Promise.all([rotate(due), rotate(due), rotateSigningKeys(twice, secret, due), rotate(due + 5)])
    const keys = await stored()
    expect(keys.map(({ alg, generation }) => `${alg} ${generation}`)).toEqual(
      signingAlgorithms.toSorted().flatMap((alg) => [`${alg} 1`, `${alg} 2`]),
    )
  })
})

describe('an unused algorithm', () => {
  const stopUsing = () =>
    env.DB.prepare(`DELETE FROM resources WHERE access_token_alg IN ('EdDSA', 'PS256')`).run()
  const published = async () => [...new Set((await stored()).map(({ alg }) => alg))]

  it('has no key', async () => {
    await stopUsing()
    await rotate(startedAt)
    await rotate(startedAt + 89 * day)
    expect(await published()).toEqual(['ES256', 'RS256'])
  })

  it('gets a key once it is used, and keeps it until the last token signed with it has expired', async () => {
    await rotate(startedAt)
    expect(await published()).toContain('EdDSA')
    await stopUsing()
    await rotate(startedAt + 90 * day)
    expect(await shown('EdDSA', startedAt + 90 * day)).toEqual(['1 current 0'])
    await rotate(startedAt + 120 * day - 1)
    expect(await published()).toContain('EdDSA')
    await rotate(startedAt + 120 * day)
    expect(await published()).not.toContain('EdDSA')
  })
})

describe('by hand', () => {
  it('the successor signs a quarter of an hour later, after every cache has dropped the old set', async () => {
    await rotate(startedAt)
    await rotateByHand('RS256', startedAt + day)
    expect(await shown('RS256', startedAt + day)).toEqual(['1 current 0', `2 next ${day + 900}`])
    expect(await shown('ES256', startedAt + day)).toEqual(['1 current 0'])
  })

  it('twice at once creates one successor', async () => {
    await rotate(startedAt)
    await Promise.all([1, 2, 3].map(() => rotateByHand('EdDSA', startedAt + day)))
    expect(await shown('EdDSA', startedAt + day)).toEqual(['1 current 0', `2 next ${day + 900}`])
    await rotateByHand('EdDSA', startedAt + day + 899)
    expect(await shown('EdDSA', startedAt + day)).toEqual(['1 current 0', `2 next ${day + 900}`])
    await rotateByHand('EdDSA', startedAt + day + 900)
    expect(await shown('EdDSA', startedAt + day + 900)).toHaveLength(3)
  })

  it('a scheduled successor that waits is brought forward', async () => {
    await rotate(startedAt)
    await rotate(startedAt + 89 * day)
    await rotateByHand('RS256', startedAt + 89 * day + 60)
    expect(await shown('RS256', startedAt + 89 * day + 60)).toEqual([
      '1 current 0',
      `2 next ${89 * day + 60 + 900}`,
    ])
  })
})

describe('a key of an algorithm that was added later', () => {
  it('is not where older code reads keys', async () => {
    await rotate(startedAt)
    const { results } = await env.DB.prepare('SELECT alg FROM signing_keys ORDER BY alg').all()
    expect(results.map(({ alg }) => alg)).toEqual(['ES256', 'EdDSA', 'RS256'])
    expect((await shown('PS256', startedAt)).length).toBe(1)
  })

  it('is rotated by hand, withdrawn and deleted like every other', async () => {
    await rotate(startedAt)
    await Promise.all([1, 2, 3].map(() => rotateByHand('PS256', startedAt + day)))
    expect(await shown('PS256', startedAt + day)).toEqual(['1 current 0', `2 next ${day + 900}`])
    const key = (await stored()).find(({ alg, generation }) => alg === 'PS256' && generation === 1)
    const { id } = await addUser('withdrawer', 'administrator')
    const doing = {
      db: env.DB,
      act: { actorId: id, attemptId: 'withdrawn' },
      reference: 'r',
      now: startedAt + day,
    }
    expect(await withdrawKey(doing, secret, key?.kid ?? '')).toBe(true)
    expect(await shown('PS256', startedAt + day)).toEqual(['1 withdrawn 0', `2 current ${day}`])
    await rotate(startedAt + 200 * day)
    expect(await shown('PS256', startedAt + 200 * day)).not.toContain('1 withdrawn 0')
  })

  it('is re-encrypted under a new secret, and opens with that secret only', async () => {
    await rotate(startedAt)
    await resealSome(env.DB, ['the secret that comes next, long enough', secret], startedAt)
    for (const key of await stored()) await openSigningKey(key, ['the secret that comes next, long enough'])
    expect((await stored()).map(({ alg }) => alg)).toContain('PS256')
  })
})

describe('a private key', () => {
  it('is encrypted: the database contains no plain text of it', async () => {
    await rotate(startedAt)
    const rows = JSON.stringify((await env.DB.prepare('SELECT * FROM signing_keys').all()).results)
    for (const { kid, sealedPrivateKey } of await stored()) {
      const opened: { d: string } = JSON.parse(await unseal([secret], 'signing-keys', kid, sealedPrivateKey))
      expect(opened.d.length).toBeGreaterThan(40)
      expect(rows).not.toContain(opened.d)
    }
  })

  it('opens with its secret, in its own row only', async () => {
    const [first, second] = await ensureSigningKeys(env.DB, secret, startedAt)
    if (first === undefined || second === undefined) throw new Error('There are no keys')
    await openSigningKey(first, [secret])
    await expect(openSigningKey(first, [`${secret}x`])).rejects.toThrow()
    const moved = { ...first, sealedPrivateKey: second.sealedPrivateKey }
    await expect(openSigningKey(moved, [secret])).rejects.toThrow()
  })
})

it('no token outlives the key that signed it, whatever the lifetime of an application', async () => {
  const policy = { ...defaultClientPolicy, accessTokenLifetime: 365 * day }
  const world = await cast(undefined, { policy })
  expect((await signIn(world)).expires_in).toBe(30 * day)
})
