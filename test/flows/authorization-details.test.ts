import { beforeAll, describe, expect, it } from 'vitest'
import {
  backchannelGrant,
  type Client,
  defaultClientOpenid,
  deviceCodeGrant,
} from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  introspect,
  postToken,
  refreshRequest,
  requestOf,
} from '../flow.ts'
import {
  addClient,
  addUser,
  applySchema,
  issuer,
  type Registered,
  type Server,
  startServer,
} from '../server.ts'

let server: Server
let root: User
let console: Browser
let browser: Browser
let bank: Registered

const schema = {
  properties: {
    creditorName: { title: 'To', type: 'string', maxLength: 70 },
    instructedAmount: {
      title: 'Amount',
      type: 'object',
      properties: {
        currency: { title: 'currency', type: 'string' },
        amount: { title: 'value', type: 'string' },
      },
      required: ['currency', 'amount'],
      additionalProperties: false,
    },
    locations: { type: 'array', items: { type: 'string' } },
  },
  required: ['creditorName'],
}
const type = 'payment_initiation'
const payment = (creditorName: string, more: object = {}) => ({ type, creditorName, ...more })
const rent = payment('Ada & Co', { instructedAmount: { currency: 'EUR', amount: '123.50' } })
const gift = payment('Charles')

beforeAll(async () => {
  await applySchema()
  server = startServer()
  root = await addUser('root', 'administrator')
  console = await server.signedIn(root)
  const ada = await addUser('ada')
  browser = await server.signedIn(ada)
  await saveType({ type, title: 'Make a payment', schema: JSON.stringify(schema) })
  // Whatever is in it, as deep as it is.
  const any = {
    properties: { of: { $ref: '#/$defs/any' } },
    $defs: { any: { items: { $ref: '#/$defs/any' } } },
  }
  await saveType({ type: 'any', title: 'Anything', schema: JSON.stringify(any) })
  bank = await addClient(ada, {
    openid: { ...defaultClientOpenid, detailTypes: [type, 'any'] },
    furtherGrantTypes: ['device-code', 'backchannel'],
    trust: 'verified',
  })
})

async function saveType(form: Record<string, string>, path = '/admin/authorization-details/new') {
  return (await console.get(path)).submit(form)
}

const ask = (
  details: unknown,
  changes: Record<string, string> = {},
  registered: Registered = bank,
  by = browser,
) =>
  by.get(
    authorizePath(registered, {
      scope: 'openid',
      authorization_details: JSON.stringify(details),
      ...changes,
    }),
  )

async function tokensFor(
  details: unknown,
  more: Record<string, string> = {},
  asked: Record<string, string> = {},
) {
  const page = await ask(details, asked)
  const code = answerOf(await page.submit({ decision: 'authorize' })).get('code') ?? ''
  return answerFor(codeRequest(bank, code), more)
}

interface Answer {
  readonly access_token: string
  readonly refresh_token: string
  readonly authorization_details?: readonly object[]
  readonly error?: string
}

async function answerFor(request: Record<string, string | undefined>, more: Record<string, string> = {}) {
  return (await postToken(server, { ...request, ...more })).json<Answer>()
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

describe('a rich authorization request (RFC 9396)', () => {
  it('offers not to be asked again only where that is true', async () => {
    const openid = { ...defaultClientOpenid, detailTypes: [type] }
    const own = await addClient(root, { redirectUris: ['http://127.0.0.1/cb'], openid })
    const at = { redirect_uri: 'http://127.0.0.1:51004/cb' }
    const offers = async (details?: readonly object[]) => {
      const page = await (details
        ? ask(details, at, own, console)
        : console.get(authorizePath(own, { scope: 'openid', ...at })))
      return [page.html.includes('id="remember"'), page.html.includes('you are asked every time')]
    }
    expect(await offers()).toEqual([true, false])
    expect(await offers([rent])).toEqual([false, true])
  })

  it('shows each item in words, and is in token, answer and introspection', async () => {
    const page = await ask([rent, gift])
    expect(page.html.match(/Make a payment/g)).toHaveLength(2)
    for (const text of ['Ada &amp; Co', 'Amount: currency', 'EUR', 'Amount: value', '123.50', 'Charles'])
      expect(page.html).toContain(text)
    const tokens = await tokensFor([rent, gift])
    expect(tokens.authorization_details).toEqual([rent, gift])
    expect(claimsOf(tokens.access_token).authorization_details).toEqual([rent, gift])
    expect(await introspect(server, bank, tokens.access_token)).toMatchObject({
      active: true,
      authorization_details: [rent, gift],
    })
  })

  it('asks every time, and never without a page', async () => {
    await tokensFor([rent])
    expect((await ask([rent])).status).toBe(200)
    expect(answerOf(await ask([rent], { prompt: 'none' })).get('error')).toBe('consent_required')
    // The same application without items is not asked about again.
    expect((await browser.get(authorizePath(bank, { scope: 'openid' }))).status).toBe(303)
  })

  it('an answer applies to the items that were shown', async () => {
    const shown = await ask([rent])
    await saveType({ title: 'Pay', schema: JSON.stringify(schema) }, pathOf(type))
    const again = await shown.submit({ decision: 'authorize' })
    expect([again.status, again.html.includes('Pay')]).toEqual([409, true])
    await saveType({ title: 'Make a payment', schema: JSON.stringify(schema) }, pathOf(type))
  })

  it('can be pushed', async () => {
    const details = JSON.stringify([rent])
    const body = requestOf(bank, {
      scope: 'openid',
      authorization_details: details,
      client_secret: bank.secret,
    })
    const { request_uri } = await (await server.fetch('/o/par', { method: 'POST', body })).json<{
      request_uri: string
    }>()
    const page = await browser.get(
      `/o/authorize?${new URLSearchParams({ client_id: bank.client.id, request_uri })}`,
    )
    expect(page.html).toContain('123.50')
  })

  it.each([
    ['no JSON', '{'],
    ['an object', '{"type":"payment_initiation"}'],
    ['an empty list', '[]'],
    ['too many', JSON.stringify(Array.from({ length: 11 }, () => gift))],
    ['too long', JSON.stringify([payment('x'.repeat(4000))])],
    ['a text', '["payment_initiation"]'],
    ['no type', '[{"creditorName":"Ada"}]'],
    ['an unknown type', '[{"type":"other"}]'],
    ['a missing member', '[{"type":"payment_initiation"}]'],
    ['an unknown member', JSON.stringify([payment('Ada', { note: 'x' })])],
    [
      'an unknown inner member',
      JSON.stringify([payment('Ada', { instructedAmount: { currency: 'EUR', amount: '1', x: 1 } })]),
    ],
    ['a wrong kind of value', JSON.stringify([{ type, creditorName: 5 }])],
    ['a value that turns the direction of reading', JSON.stringify([payment('\u202eadA')])],
    ['a value with a control character', JSON.stringify([payment('A\nda')])],
    ['values in values', `[{"type":"any","of":${'['.repeat(1900)}${']'.repeat(1900)}}]`],
  ])('is refused with %s, and nothing of it is repeated', async (_, authorization_details) => {
    const answer = answerOf(
      await browser.get(authorizePath(bank, { scope: 'openid', authorization_details })),
    )
    expect(answer.get('error')).toBe('invalid_authorization_details')
    expect(answer.get('error_description')).not.toMatch(/Ada|EUR|xxxx/)
  })

  it('shows empty members and values without a text, too', async () => {
    const page = await ask([{ type: 'any', of: { whole: {}, list: [], none: [null, true] } }])
    for (const text of ['of: whole –', 'of: list –', 'of: none null, true']) expect(page.text).toContain(text)
  })

  it('only an administrator allows an application a type', async () => {
    const { client, secret } = await addClient(root, {})
    const registered = { client, secret }
    expect(answerOf(await ask([rent], {}, registered, console)).get('error')).toBe(
      'invalid_authorization_details',
    )
    const allow = async (by: Browser, of: Client) =>
      (await by.get(`/o/applications/${of.id}/policy`)).submit({
        scope: 'openid',
        authorization_details_types: type,
      })
    expect((await allow(console, client)).status).toBe(303)
    expect((await ask([rent], {}, registered, console)).status).toBe(200)
    const developer = await addUser('dev')
    const own = await addClient(developer, {})
    const dev = await server.signedIn(developer)
    const page = await dev.get(`/o/applications/${own.client.id}/policy`)
    expect(page.html).not.toContain('authorization_details_types')
    expect((await allow(dev, own.client)).status).toBe(303)
    expect(answerOf(await ask([rent], {}, own)).get('error')).toBe('invalid_authorization_details')
  })
})

describe('at the token endpoint (RFC 9396 §6)', () => {
  const only = (...details: object[]) => ({ authorization_details: JSON.stringify(details) })

  it('fewer items can be requested, and other ones never', async () => {
    const tokens = await tokensFor([rent, gift], only(gift))
    expect(tokens.authorization_details).toEqual([gift])
    const all = await answerFor(refreshRequest(bank, tokens.refresh_token))
    expect(all.authorization_details).toEqual([rent, gift])
    // The order of members has no meaning.
    const { type: name, ...members } = rent
    const one = await answerFor(refreshRequest(bank, all.refresh_token), only({ ...members, type: name }))
    expect(one.authorization_details).toEqual([rent])
    const more = await answerFor(refreshRequest(bank, one.refresh_token), only(payment('Ada & Co')))
    expect(more.error).toBe('invalid_authorization_details')
    const { error } = await tokensFor([gift], only(rent))
    expect(error).toBe('invalid_authorization_details')
  })

  it('an item for another location is in none of these tokens', async () => {
    const there = payment('There', { locations: ['https://bank.example'] })
    const here = payment('Here', { locations: [issuer] })
    expect((await tokensFor([there, here])).authorization_details).toEqual([here])
  })

  it('the person sees every granted item in words, until the authorization ends', async () => {
    const eve = await server.signedIn(await addUser('eve'))
    const allow = async (details: unknown) => {
      const page = await ask(details, {}, bank, eve)
      const code = answerOf(await page.submit({ decision: 'authorize' })).get('code') ?? ''
      return answerFor(codeRequest(bank, code))
    }
    const first = await allow([rent])
    await allow([gift, rent])
    const pages = ['/account/applications', `/account/applications/${bank.client.id}/remove`]
    const shown = async () =>
      Promise.all(pages.map(async (path) => (await eve.get(path)).html.match(/Make a payment/g)?.length ?? 0))
    // Each of the two items once.
    expect(await shown()).toEqual([2, 2])
    const { html } = await eve.get(pages[0] ?? '')
    for (const text of ['Ada &amp; Co', 'Amount: value', '123.50', 'Charles']) expect(html).toContain(text)
    const owner = await server.signedIn(await addUser('mallory'))
    expect((await owner.get(pages[0] ?? '')).html).not.toContain('123.50')
    expect(first.access_token).toBeTypeOf('string')
    expect((await (await eve.get(pages[1] ?? '')).submit({})).status).toBe(303)
    await tokensFor([gift])
    expect((await eve.get(pages[0] ?? '')).html).not.toContain('Make a payment')
  })

  it('a grant without a person has none', async () => {
    const own = await addClient(root, { grantType: 'client-credentials', redirectUris: [] })
    const asked = {
      grant_type: 'client_credentials',
      client_id: own.client.id,
      client_secret: own.secret,
      scope: 'read',
    }
    expect((await answerFor(asked, only(rent))).error).toBe('invalid_authorization_details')
  })

  it('a type that was deleted, or that the application lost, is in no new token', async () => {
    const temporary = 'account_information'
    await saveType({ type: temporary, title: 'See accounts', schema: '{"properties":{}}' })
    const { client, secret } = await addClient(root, {
      openid: { ...defaultClientOpenid, detailTypes: [type, temporary] },
    })
    const registered = { client, secret }
    const page = await ask([rent, { type: temporary }], {}, registered, console)
    const code = answerOf(await page.submit({ decision: 'authorize' })).get('code') ?? ''
    const first = await answerFor(codeRequest(registered, code))
    expect(first.authorization_details).toHaveLength(2)
    expect((await (await console.get(`${pathOf(temporary)}/delete`)).submit({})).status).toBe(303)
    const second = await answerFor(refreshRequest(registered, first.refresh_token))
    expect(second.authorization_details).toEqual([rent])
    await (await console.get(`/o/applications/${client.id}/policy`)).submit({
      scope: 'openid',
      authorization_details_types: '',
    })
    const third = await answerFor(refreshRequest(registered, second.refresh_token))
    expect(third.access_token).toBeTypeOf('string')
    expect(third.authorization_details).toBeUndefined()
  })
})

/** Requests that a person answers elsewhere: how one is sent, opened, and polled for. */
const waiting = {
  device: {
    path: '/o/device-authorization',
    more: {},
    open: async ({ user_code = '' }: Started): Promise<Page> =>
      (await browser.get(`/o/device?user_code=${user_code}`)).submit({}),
    poll: ({ device_code = '' }: Started) => ({ grant_type: deviceCodeGrant, device_code }),
    over: 400,
  },
  backchannel: {
    path: '/o/backchannel-authentication',
    more: { login_hint: 'ada' },
    open: (): Promise<Page> => browser.get('/account/requests'),
    poll: ({ auth_req_id = '' }: Started) => ({ grant_type: backchannelGrant, auth_req_id }),
    over: 404,
  },
} as const

interface Started {
  readonly user_code?: string
  readonly device_code?: string
  readonly auth_req_id?: string
  readonly error?: string
}

describe.each(['device', 'backchannel'] as const)('a request by %s (RFC 9396 §3)', (kind) => {
  const { path, more, open, poll, over } = waiting[kind]
  const start = async (details: unknown): Promise<Started> => {
    const sent = { client_id: bank.client.id, client_secret: bank.secret, scope: 'openid read', ...more }
    const body = new URLSearchParams({ ...sent, authorization_details: JSON.stringify(details) })
    return (await server.fetch(path, { method: 'POST', body })).json()
  }
  const tokens = (started: Started, asked: Record<string, string> = {}) =>
    answerFor({ ...poll(started), client_id: bank.client.id, client_secret: bank.secret }, asked)

  it('shows each item in words, and is in token, answer and introspection, also narrowed', async () => {
    const started = await start([rent, gift])
    const page = await open(started)
    expect(page.html.match(/Make a payment/g)).toHaveLength(2)
    for (const text of ['Ada &amp; Co', 'Amount: value', '123.50', 'Charles'])
      expect(page.html).toContain(text)
    expect((await page.submit({ decision: 'authorize' })).status).toBe(303)
    const beyond = await tokens(started, { authorization_details: JSON.stringify([payment('Eve')]) })
    expect(beyond.error).toBe('invalid_authorization_details')
    const narrowed = await tokens(started, { authorization_details: JSON.stringify([gift]) })
    expect(narrowed.authorization_details).toEqual([gift])
    expect(claimsOf(narrowed.access_token).authorization_details).toEqual([gift])
    expect(await introspect(server, bank, narrowed.access_token)).toMatchObject({
      authorization_details: [gift],
    })
    const all = await answerFor(refreshRequest(bank, narrowed.refresh_token))
    expect(all.authorization_details).toEqual([rent, gift])
  })

  it('is checked like every other request', async () => {
    for (const wrong of [[{ type: 'other' }], [payment('Ada', { note: 'x' })], []])
      expect((await start(wrong)).error).toBe('invalid_authorization_details')
  })

  it('an answer applies to the items that were shown, and to types that still exist', async () => {
    const started = await start([rent])
    const shown = await open(started)
    await saveType({ title: 'Pay', schema: JSON.stringify(schema) }, pathOf(type))
    const again = await shown.submit({ decision: 'authorize' })
    expect(again.html).toContain('Pay')
    expect((await tokens(started)).error).toBe('authorization_pending')
    await saveType({ title: 'Make a payment', schema: '{"properties":{}}' }, pathOf(type))
    expect((await again.submit({ decision: 'authorize' })).status).toBe(over)
    await saveType({ title: 'Make a payment', schema: JSON.stringify(schema) }, pathOf(type))
    expect((await (await open(started)).submit({ decision: 'authorize' })).status).toBe(303)
  })
})

describe('types, in administration', () => {
  it('are in the metadata at once, until they are deleted (RFC 9396 §10)', async () => {
    const types = async () => {
      const answer = await server.fetch('/.well-known/oauth-authorization-server')
      return (await answer.json<Record<string, unknown>>()).authorization_details_types_supported
    }
    expect(await types()).toEqual(['any', type])
    await saveType({ type: 'another', title: 'Other', schema: '{"properties":{}}' })
    expect(await types()).toEqual(['another', 'any', type])
    await (await console.get(`${pathOf('another')}/delete`)).submit({})
    expect(await types()).toEqual(['any', type])
  })

  it.each([
    [{ type: 'a b', title: 'Pay', schema: '{"properties":{}}' }, 'without spaces'],
    [{ type: 'a', title: '', schema: '{"properties":{}}' }, 'Enter a title'],
    [{ type: 'a', title: 'Pay', schema: '{' }, 'JSON Schema'],
    [{ type: 'a', title: 'Pay', schema: '{"type":"array","properties":{}}' }, 'JSON Schema'],
    [{ type: 'a', title: 'Pay', schema: '{"properties":{"a":{"$ref":"#/nowhere"}}}' }, 'JSON Schema'],
    [{ type: 'a', title: 'Pay', schema: '{"properties":{"a":{"pattern":"("}}}' }, 'JSON Schema'],
    [{ type, title: 'Pay', schema: '{"properties":{}}' }, 'already exists'],
  ])('%j is refused', async (form, text) => {
    const page = await saveType(form)
    expect([page.status, page.html.includes(text)]).toEqual([400, true])
  })
})

const pathOf = (name: string) => `/admin/authorization-details/${Buffer.from(name).toString('base64url')}`
