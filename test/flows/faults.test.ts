import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { backchannelGrant } from '../../src/rules/clients/client.ts'
import { Browser, type Page } from '../browser.ts'
import { makeProver } from '../dpop.ts'
import { type Fault, type Faults, faults } from '../faults.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  errorOf,
  introspect,
  obtainCode,
  postToken,
  refreshRequest,
  requestOf,
  revoke,
  type Tokens,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, issuer, password, type Registered, startServer } from '../server.ts'

beforeAll(applySchema)

/** The faults of one call. It is sent twice before the request fails, so two in a row are an outage. */
const kinds: readonly (readonly [string, readonly Fault[]])[] = [
  ['fails', ['before']],
  ['loses its answer', ['after']],
  ['is slow', ['slow']],
  ['fails twice', ['before', 'before']],
  ['loses its answer twice', ['after', 'after']],
  ['loses its answer, then fails', ['after', 'before']],
  ['fails, then loses its answer', ['before', 'after']],
]

const works = startServer()
let broken = works
let fault: Faults
let username: string
let registered: Registered
let service: Registered
let browser: Browser
/** Requests go to a server whose bindings can fail. */
let failing = false
const server = () => (failing ? broken : works)

let people = 0

beforeEach(async () => {
  failing = false
  username = `user${people++}`
  const user = await addUser(username)
  registered = await addClient(user)
  service = await addClient(user, { grantType: 'client-credentials', redirectUris: [] })
  browser = new Browser((path, init) => server().fetch(path, init))
  await signIn(await browser.get('/login'))
})

const signIn = (page: Page) => page.submit({ username, password })
const openid = { scope: 'openid read' }
const login = async () =>
  tokensOf(await postToken(works, codeRequest(registered, await obtainCode(browser, registered, openid))))

/** A request that can be sent again, and the conditions after a successful answer. */
interface Step {
  readonly send: () => Promise<Answer>
  readonly succeeded: (answer: Answer) => Promise<void>
}
type Answer = Response | Page

const isResponse = (answer: Answer): answer is Response => answer instanceof Response
const tokens = (answer: Answer): Promise<Tokens> =>
  isResponse(answer) ? tokensOf(answer) : Promise.reject(new Error('A page'))

/** Every issued token is valid, and can be refreshed. */
async function expectAlive({ access_token, refresh_token }: Tokens): Promise<void> {
  expect((await introspect(works, registered, access_token)).active).toBe(true)
  expect((await introspect(works, registered, refresh_token)).active).toBe(true)
  await tokensOf(await postToken(works, refreshRequest(registered, refresh_token)))
}

async function expectCode(answer: Answer): Promise<void> {
  if (isResponse(answer)) throw new Error('Not a page')
  const code = answerOf(answer).get('code') ?? ''
  await expectAlive(await tokensOf(await postToken(works, codeRequest(registered, code))))
}

const steps: Readonly<Record<string, () => Promise<Step>>> = {
  async 'authorize, with the consent remembered'() {
    await obtainCode(browser, registered)
    return { send: () => browser.get(authorizePath(registered)), succeeded: expectCode }
  },
  async consent() {
    await env.DB.prepare('DELETE FROM consents').run()
    const page = await browser.get(authorizePath(registered))
    return { send: () => page.submit({ decision: 'authorize' }), succeeded: expectCode }
  },
  async 'code redemption'() {
    const request = codeRequest(registered, await obtainCode(browser, registered))
    return {
      send: () => postToken(server(), request),
      succeeded: async (answer) => expectAlive(await tokens(answer)),
    }
  },
  async refresh() {
    const { refresh_token } = await login()
    return {
      send: () => postToken(server(), refreshRequest(registered, refresh_token)),
      succeeded: async (answer) => expectAlive(await tokens(answer)),
    }
  },
  async 'refresh, bound to a key'() {
    const key = await makeProver(issuer, () => works.now)
    const proof = async () => ({ DPoP: await key.prove('/o/token') })
    const code = await obtainCode(browser, registered, openid)
    const { refresh_token } = await tokensOf(
      await postToken(works, codeRequest(registered, code), await proof()),
    )
    return {
      send: async () => postToken(server(), refreshRequest(registered, refresh_token), await proof()),
      succeeded: async (answer) => expect((await tokens(answer)).token_type).toBe('DPoP'),
    }
  },
  async 'pushed request'() {
    const body = requestOf(registered, { client_secret: registered.secret })
    return {
      send: () => server().fetch('/o/par', { method: 'POST', body }),
      succeeded: async (answer) => {
        const { request_uri } = isResponse(answer) ? await answer.json<{ request_uri?: string }>() : {}
        const query = new URLSearchParams({ client_id: registered.client.id, request_uri: request_uri ?? '' })
        expect((await browser.get(`/o/authorize?${query}`)).status).toBeLessThan(400)
      },
    }
  },
  async 'backchannel authentication'() {
    await env.DB.prepare('DELETE FROM device_authorizations').run()
    const details = { grantType: 'backchannel', redirectUris: [], trust: 'verified' } as const
    const { client, secret } = await addClient(await addUser(`bank${people++}`), details)
    const known = { client_id: client.id, client_secret: secret }
    const sent = { ...known, scope: 'openid', login_hint: username }
    return {
      send: () =>
        server().fetch('/o/backchannel-authentication', { method: 'POST', body: new URLSearchParams(sent) }),
      succeeded: async (answer) => {
        const { auth_req_id } = isResponse(answer) ? await answer.json<{ auth_req_id?: string }>() : {}
        const asked = { ...known, grant_type: backchannelGrant, auth_req_id: auth_req_id ?? '' }
        expect(await errorOf(await postToken(works, asked))).toBe('400 authorization_pending')
      },
    }
  },
  async 'client credentials'() {
    const request = {
      grant_type: 'client_credentials',
      client_id: service.client.id,
      client_secret: service.secret,
    }
    return {
      send: () => postToken(server(), request),
      succeeded: async (answer) => {
        const { access_token } = await tokens(answer)
        expect((await introspect(works, service, access_token)).active).toBe(true)
      },
    }
  },
  async userinfo() {
    const headers = { Authorization: `Bearer ${(await login()).access_token}` }
    return {
      send: () => server().fetch('/o/userinfo', { headers }),
      succeeded: async (answer) => expect(answer.status).toBe(200),
    }
  },
  async introspection() {
    const { access_token: token } = await login()
    const { client, secret: client_secret } = registered
    const body = () => new URLSearchParams({ token, client_id: client.id, client_secret })
    return {
      send: () => server().fetch('/o/introspect', { method: 'POST', body: body() }),
      succeeded: async (answer) =>
        expect(isResponse(answer) && (await answer.json())).toMatchObject({ active: true }),
    }
  },
  async revocation() {
    const { access_token, refresh_token } = await login()
    return {
      send: () => revoke(server(), registered, refresh_token),
      succeeded: async (answer) => {
        expect(answer.status).toBe(200)
        expect((await introspect(works, registered, refresh_token)).active).toBe(false)
        expect((await introspect(works, registered, access_token)).active).toBe(false)
      },
    }
  },
  async 'sign-in'() {
    browser.cookies.clear()
    const page = await browser.get('/login')
    return {
      send: () => signIn(page),
      succeeded: async (answer) => {
        expect(answer.status).toBe(303)
        expect((await browser.get('/o/applications')).status).toBe(200)
      },
    }
  },
  async 'sign-out'() {
    browser.cookies.clear()
    await signIn(await browser.get('/login'))
    const page = await browser.get('/logout')
    const submit = Object.keys(page.forms[0]?.fields ?? {})[0] ?? ''
    return {
      send: () => page.submit({ [submit]: page.forms[0]?.fields[submit] ?? '' }),
      succeeded: async (answer) => {
        expect(answer.status).toBe(303)
        expect((await browser.get('/o/applications')).status).toBe(303)
      },
    }
  },
  // The last one: `works` caches the keys.
  async 'code redemption, before there is any signing key'() {
    const request = codeRequest(registered, await obtainCode(browser, registered))
    await env.DB.prepare('DELETE FROM signing_keys').run()
    return {
      send: () => postToken(server(), request),
      succeeded: async (answer) => {
        const { refresh_token } = await tokens(answer)
        await tokensOf(await postToken(works, refreshRequest(registered, refresh_token)))
      },
    }
  },
}

/** Sends the step with a fault at the call number `call`. Undefined when the step has fewer calls. */
async function sendWithFault(step: Step, call: number, kind: readonly Fault[]): Promise<Answer | undefined> {
  fault = faults()
  broken = startServer({ bindings: { DB: fault.db, CODES: fault.kv } })
  fault.arm(call, kind)
  failing = true
  const answer = await step.send()
  failing = false
  return call > fault.calls ? undefined : answer
}

describe.each(Object.entries(steps))('%s', (_, prepare) => {
  it.each(kinds)('is answered, or can be repeated, when any one call %s', async (_, kind) => {
    const outages: number[] = []
    for (let call = 1; ; call++) {
      const step = await prepare()
      const answer = await sendWithFault(step, call, kind)
      if (answer === undefined) {
        expect(call).toBeGreaterThan(1)
        break
      }
      if (answer.status !== 503) {
        await step.succeeded(answer)
        continue
      }
      outages.push(call)
      expect(answer.headers.get('Retry-After')).toMatch(/^[0-9]+$/)
      await step.succeeded(await step.send())
    }
    // Everything is sent twice, so one fault is not visible.
    if (kind.length === 1) expect(outages).toEqual([])
    else expect(outages.length).toBeGreaterThan(0)
  })
})

describe('KV that never answers', () => {
  it('delays nobody for long: D1 knows the code too', async () => {
    const never = new Proxy(env.CODES, { get: () => () => new Promise(() => {}) })
    const hanging = startServer({ bindings: { CODES: never } })
    const patient = new Browser((path, init) => hanging.fetch(path, init))
    await signIn(await patient.get('/login'))
    const code = await obtainCode(patient, registered)
    const tokens = await tokensOf(await postToken(hanging, codeRequest(registered, code)))
    await expectAlive(tokens)
    expect(await errorOf(await postToken(hanging, codeRequest(registered, code)))).toBe('400 invalid_grant')
    expect((await introspect(works, registered, tokens.access_token)).active).toBe(false)
  })
})
