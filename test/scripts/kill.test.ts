import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DevProject } from './dev-project.ts'
import { type Application, Caller, type Code, type Tokens, tokensOf, Visitor } from './visitor.ts'

const rounds = 3
const people = ['ada', 'bob', 'eve', 'kim']

/** One authorization: the answered requests, and the last one, which may not have been answered. */
interface Grant {
  readonly code: Code
  tokens: Tokens | undefined
  state: 'issued' | 'redeeming' | 'alive' | 'revoking' | 'revoked'
}

interface Load {
  readonly signedIn: Visitor[]
  readonly grants: Grant[]
  stopped: boolean
}

const project = new DevProject()
const origin = () => project.origin
let application: Application
let caller: Caller

before(async () => {
  // Codes are checked after the next start, which takes a slow machine more than a minute.
  appendFileSync(project.at('.dev.vars'), 'CODE_LIFETIME=600\n')
  for (const name of people) assert.equal(project.run('createsuperuser', ['--username', name]).status, 0)
  await project.start()
  const ada = new Visitor(origin)
  await ada.signIn('ada')
  application = await ada.register('https://app.example/callback')
  caller = new Caller(origin, application)
})
after(() => project.remove())

/** Signs in, allows, exchanges, refreshes and revokes, until the server is killed. */
async function useIt(name: string, number: number, load: Load): Promise<void> {
  try {
    for (let turn = number; ; turn++) {
      const visitor = new Visitor(origin)
      await visitor.signIn(name)
      load.signedIn.push(visitor)
      for (let i = 0; i < 12; i++) await grantAccess(visitor, load, turn + i)
    }
  } catch (error) {
    // While the Worker is being killed, the proxy in front of it may still answer with an error.
    if (!load.stopped) throw error
  }
}

async function grantAccess(visitor: Visitor, { grants }: Load, number: number): Promise<void> {
  const grant: Grant = { code: await visitor.authorize(application), tokens: undefined, state: 'issued' }
  grants.push(grant)
  if (number % 4 === 3) return
  grant.state = 'redeeming'
  grant.tokens = await tokensOf(await caller.redeem(grant.code))
  grant.state = 'alive'
  for (let i = 0; i < number % 4; i++) grant.tokens = await tokensOf(await caller.refresh(grant.tokens))
  if (number % 4 !== 2) return
  grant.state = 'revoking'
  const { status } = await caller.post('revoke_token', { token: grant.tokens.refresh_token })
  assert.equal(status, 200)
  grant.state = 'revoked'
}

/** Some grants have reached each end, and more are in progress. */
async function enough({ grants }: Load): Promise<void> {
  const ends = ['issued', 'alive', 'revoked'] as const
  for (let tries = 0; tries < 15_000; tries++) {
    if (ends.every((end) => grants.filter(({ state }) => state === end).length >= 8)) return
    await sleep(20)
  }
  assert.fail(`Too slow: ${grants.map(({ state }) => state)}`)
}

/** Every earlier 200 answer is still true. */
async function check({ code, tokens, state }: Grant): Promise<void> {
  if (state === 'redeeming') {
    // Used up or not, nobody has its tokens. A killed Worker can't record that, so a used one is invalid: a new one is
    // requested.
    const answer = await caller.redeem(code)
    if (answer.status !== 200) assert.match(await answer.text(), /"invalid_grant"/)
    return
  }
  if (state === 'issued') {
    const { access_token } = await tokensOf(await caller.redeem(code))
    assert.equal(await caller.isActive(access_token), true)
    return
  }
  assert.ok(tokens !== undefined)
  if (state === 'revoking') {
    const { status } = await caller.post('revoke_token', { token: tokens.refresh_token })
    assert.equal(status, 200)
  }
  if (state === 'alive') {
    assert.equal(await caller.isActive(tokens.access_token), true)
    // The current one, or the previous one if the answer was lost: within a minute it gets the same successor.
    const next = await tokensOf(await caller.refresh(tokens))
    await tokensOf(await caller.refresh(next))
    assert.equal((await caller.redeem(code)).status, 400)
  }
  // By revocation, or by the replay of its code.
  assert.equal(await caller.isActive(tokens.access_token), false)
  assert.equal((await caller.refresh(tokens)).status, 400)
}

describe('a server that is killed while it works', () => {
  for (let round = 1; round <= rounds; round++) {
    it(`keeps everything it confirmed, round ${round}`, async () => {
      const load: Load = { signedIn: [], grants: [], stopped: false }
      const traffic = Promise.all(
        people.flatMap((name, i) => [useIt(name, i, load), useIt(name, i + 1, load)]),
      )
      const ended = assert.doesNotReject(traffic)
      await Promise.race([traffic, enough(load)])
      // At a different moment each time.
      await sleep(round * 37)
      load.stopped = true
      await project.kill()
      await ended
      await project.start()

      const signedIn = await Promise.all(load.signedIn.map((visitor) => visitor.isSignedIn()))
      assert.deepEqual(
        signedIn,
        signedIn.map(() => true),
      )
      for (const visitor of load.signedIn.slice(0, 4)) {
        assert.equal((await visitor.authorize(application)).asked, false)
      }
      await Promise.all(load.grants.map(check))
    })
  }
})
