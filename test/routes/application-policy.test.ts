import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accepts, carriedTo, pathOf, register, titleOf } from '../applications.ts'
import type { Browser, Page } from '../browser.ts'
import { beforeFirstWrite, everyBatchTwice } from '../faults.ts'
import {
  authorizePath,
  codeRequest,
  errorOf,
  type Known,
  obtainCode,
  postToken,
  refreshRequest,
  tokensOf,
} from '../flow.ts'
import { addUser, applySchema, startedAt, startServer } from '../server.ts'

const server = startServer()
let ada: Browser
let root: Browser
let known: Known

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
  root = await server.signedIn(await addUser('root', 'administrator'))
})

beforeEach(async () => {
  server.now = startedAt
  known = await register(ada)
})

const everyScope = 'read write openid profile email address phone offline_access'

async function save(changes: Record<string, string>, who = ada, of = known): Promise<Page> {
  return (await who.get(pathOf(of, '/policy'))).submit({ scope: everyScope, ...changes })
}

const row = () =>
  env.DB.prepare('SELECT * FROM clients WHERE id = ?').bind(known.client.id).first<Record<string, unknown>>()

const scopesOf = async () => `${(await row())?.scope}`.split(' ').sort()
const openidOf = async () => JSON.parse(`${(await row())?.openid}`)

/** The folds of a page: their fields, and whether each is open. */
const foldsOf = ({ html }: Page) =>
  [...html.matchAll(/<details class="field"( open="")?>(.*?)<\/details>/gs)].map(([, open, within = '']) => ({
    isOpen: open !== undefined,
    within,
    names: new Set([...within.matchAll(/ name="([^"]+)"/g)].map(([, name = '']) => name)),
  }))

/** A value that this field did not have. */
function anotherValue(within: string, name: string): string {
  const [select] = new RegExp(`<select[^>]* name="${name}".*?</select>`, 's').exec(within) ?? []
  const choices =
    select === undefined
      ? [...within.matchAll(new RegExp(`<input[^>]* name="${name}"[^>]*>`, 'g'))].map(([input]) => input)
      : [...select.matchAll(/<option[^>]*>/g)].map(([option]) => option)
  const other = choices.find((choice) => / value="[^"]+"/.test(choice) && !/ (checked|selected)/.test(choice))
  return / value="([^"]+)"/.exec(other ?? '')?.[1] ?? 'x'
}

describe('a policy', () => {
  it('folds what most applications leave alone, and opens a fold with a change or a problem', async () => {
    const folds = foldsOf(await root.get(pathOf(known, '/policy'))).filter(({ names }) => names.size > 0)
    expect(folds.map(({ isOpen }) => isOpen)).toEqual([false, false, false, false])
    // Without encryption its second field means nothing.
    const fields = folds.flatMap(({ within, names }) => [...names].map((name) => ({ within, name })))
    for (const { within, name } of fields.filter(({ name }) => !/^encryption$|_enc$/.test(name))) {
      const changes = { [name]: anotherValue(within, name), access_token_lifetime: 'never' }
      const refused = await save(changes, root)
      const open = foldsOf(refused).filter(({ isOpen }) => isOpen)
      expect([name, refused.status, open.map(({ names }) => names.has(name))]).toEqual([name, 400, [true]])
    }
  })

  it('publishes the key of an algorithm before anything is signed with it, like an API', async () => {
    const algorithms = async () => {
      const jwks = await server.fetch('/.well-known/jwks.json')
      return (await jwks.json<{ keys: { alg: string }[] }>()).keys.map(({ alg }) => alg)
    }
    expect(await algorithms()).toEqual(['RS256', 'ES256'])
    await save({ authorization_signed_response_alg: 'EdDSA' })
    expect(await algorithms()).toEqual(['RS256', 'ES256', 'EdDSA'])
    const api = {
      name: 'Bank',
      identifier: 'https://bank.example',
      access_token_signed_response_alg: 'PS256',
    }
    expect((await (await root.get('/admin/apis/new')).submit(api)).status).toBe(303)
    expect(await algorithms()).toContain('PS256')
  })

  it('is linked, and shows the current values', async () => {
    const page = await ada.get(pathOf(known, '/settings'))
    expect(page.html).toContain(`href="${pathOf(known, '/policy')}"`)
    expect((await ada.get(pathOf(known, '/policy'))).text).toContain(
      'If empty: 1h, the default of this server.',
    )
  })

  const undoIn = (page: Page) =>
    /<a href="([^"]+\/policy\?kept=[^"]+)">Undo/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''

  it('can be undone, unless somebody has changed it since', async () => {
    const saved = await ada.get((await save({ scope: 'read', access_token_lifetime: '2m' })).location)
    expect(saved.text).toContain('Saved: Tokens and sign-in Undo')
    const form = await ada.get(undoIn(saved))
    expect([form.status, form.text.includes('from before your last change')]).toEqual([200, true])
    // Looking at it changes nothing.
    expect(await scopesOf()).toEqual(['read'])
    await save({ scope: 'read write', access_token_lifetime: '3m' })
    const late = await ada.get(undoIn(saved))
    expect([late.status, late.text.includes('has changed since then')]).toEqual([400, true])
    expect(late.html).toContain('value="3m"')
    expect(form.html.match(/name="scope" value="[^"]+" checked/g)).toHaveLength(6)
    await form.submit({ scope: everyScope })
    expect([await scopesOf(), (await row())?.access_token_lifetime]).toEqual([
      everyScope.split(' ').sort(),
      null,
    ])
    const other = await register(ada)
    const elsewhere = pathOf(other, `/policy${undoIn(saved).slice(undoIn(saved).indexOf('?'))}`)
    expect((await ada.get(elsewhere)).text).not.toContain('from before your last change')
    expect(undoIn(await ada.get((await save({})).location))).toBe('')
  })

  it('decides which scopes may be requested, and the kind of tokens', async () => {
    const saved = await save({ scope: 'read', access_token_format: 'opaque', access_token_lifetime: '2m' })
    expect([saved.status, saved.location]).toEqual([
      303,
      expect.stringContaining(pathOf(known, '/settings?saved=policy')),
    ])
    expect((await ada.get(authorizePath(known, { scope: 'write' }))).location).toContain(
      'error=invalid_scope',
    )
    const code = await obtainCode(ada, known, { scope: 'read' })
    const response = await postToken(server, codeRequest(known, code))
    const body: { access_token: string; expires_in: number } = await response.json()
    // An opaque token: the name of its secret, and two parts.
    expect([body.access_token.split('.').length, body.expires_in]).toEqual([3, 120])
  })

  it('ends refresh tokens when it says so', async () => {
    await save({ refresh_idle_lifetime: '1h', refresh_absolute_lifetime: '90m' })
    let { refresh_token } = await tokensOf(
      await postToken(server, codeRequest(known, await obtainCode(ada, known))),
    )
    server.now += 3599
    refresh_token = (await tokensOf(await postToken(server, refreshRequest(known, refresh_token))))
      .refresh_token
    server.now = startedAt + 5399
    refresh_token = (await tokensOf(await postToken(server, refreshRequest(known, refresh_token))))
      .refresh_token
    server.now += 1
    expect(await errorOf(await postToken(server, refreshRequest(known, refresh_token)))).toBe(
      '400 invalid_grant',
    )
  })

  it('with keys removes the secret, and going back needs a new one', async () => {
    const jwks = '{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b"}]}'
    await save({ jwks })
    expect(await accepts(server, known)).toBe(false)
    expect((await ada.get(pathOf(known, '/credentials'))).text).not.toContain('Client secrets')
    expect((await ada.get(pathOf(known, '/policy'))).forms[0]?.fields.jwks).toBe(jwks)
    await save({ jwks: '', jwks_uri: 'https://app.example/jwks.json' })
    expect(await row()).toMatchObject({ jwks: null, jwks_uri: 'https://app.example/jwks.json' })
    await save({ jwks: '', jwks_uri: '' })
    expect(await accepts(server, known)).toBe(false)
    expect((await ada.get(pathOf(known, '/credentials'))).text).toContain('No secrets:')
  })

  it('with keys for requests keeps the secret, and encrypts for them', async () => {
    const jwks = '{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b","use":"enc"}]}'
    const encrypted = {
      id_token_encrypted_response_alg: 'ECDH-ES',
      id_token_encrypted_response_enc: 'A256GCM',
    }
    expect((await save({ jwks, keys_use: 'requests', ...encrypted })).status).toBe(303)
    expect(await accepts(server, known)).toBe(true)
    expect((await ada.get(pathOf(known, '/credentials'))).text).toContain('Client secrets')
    expect(await openidOf()).toMatchObject({ keeps_secret: true, ...encrypted })
    expect((await ada.get(pathOf(known, '/policy'))).forms[0]?.fields).toMatchObject(encrypted)
    const refused = await save({ jwks: '', keys_use: 'requests' })
    expect([refused.status, refused.text.includes('no public key that fits ECDH-ES')]).toEqual([400, true])
    // A form sends a value for the content, too.
    const removed = await save({ jwks: '', id_token_encrypted_response_alg: '' })
    expect(Object.keys(await openidOf()).filter((name) => /encrypted|keeps_secret/.test(name))).toEqual([])
    expect(await accepts(server, known)).toBe(true)
    // Both ways, by links that have room for it.
    const undone = await ada.get(undoIn(await ada.get(removed.location)))
    expect(undone.forms[0]?.fields).toMatchObject({ jwks, keys_use: 'requests', ...encrypted })
    const again = await undone.submit({ scope: everyScope })
    expect(await openidOf()).toMatchObject({ keeps_secret: true, ...encrypted })
    const { fields } = (await ada.get(undoIn(await ada.get(again.location)))).forms[0] ?? {}
    expect(fields).toMatchObject({ jwks: '', id_token_encrypted_response_alg: '' })
  })

  it('names what a profile does not allow, beside the field that corrects it', async () => {
    expect((await ada.get(pathOf(known, '/policy'))).text).toContain('Codes work for 60 seconds at most')
    const refused = await save({ profile: 'fapi-2.0-signed' })
    expect(refused.status).toBe(400)
    const links = [...refused.html.matchAll(/<a href="#([\w-]+)">/g)].map(([, field]) => field)
    expect(links).toEqual(
      expect.arrayContaining([
        'jwks',
        'id_token_signed_response_alg',
        'authorization_signed_response_alg',
        'introspection_signed_response_alg',
      ]),
    )
    expect(refused.text).toContain('The profile FAPI 2.0 Message Signing allows PS256, ES256 and EdDSA only.')
    const corrected = {
      profile: 'fapi-2.0-signed',
      jwks: '{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b"}]}',
      id_token_signed_response_alg: 'PS256',
      authorization_signed_response_alg: 'ES256',
      introspection_signed_response_alg: 'EdDSA',
    }
    // The keys are there: they must be those that it authenticates with.
    const withSecret = await save({ ...corrected, keys_use: 'requests' })
    expect([withSecret.status, withSecret.html.includes('<a href="#keys_use">')]).toEqual([400, true])
    const rsa = { kty: 'RSA', n: 'x'.repeat(342), e: 'AQAB' }
    const unfit = [
      [{ ...rsa, alg: 'RS256' }],
      [{ ...rsa, alg: 'PS256', use: 'enc' }],
      [{ ...rsa, alg: 'PS256', n: 'x'.repeat(341) }],
      [{ kty: 'EC', crv: 'P-384', x: 'a', y: 'b' }],
      [
        { kty: 'OKP', crv: 'X25519', x: 'a' },
        { kty: 'EC', crv: 'P-256', alg: 'ECDH-ES', x: 'a', y: 'b' },
      ],
    ].map((keys) => ['jwks', { jwks: JSON.stringify({ keys }) }] as const)
    for (const [field, changes] of [
      ...unfit,
      ['token_endpoint_auth_signing_alg', { token_endpoint_auth_signing_alg: 'RS256' }],
      ['request_object_signing_alg', { request_object_signing_alg: 'RS256' }],
    ] as const) {
      const { status, html } = await save({ ...corrected, ...changes })
      const named = html.includes(`<a href="#${field}">`)
      expect([changes, status, named, html.includes('allows PS256, ES256 and EdDSA only')]).toEqual([
        changes,
        400,
        true,
        true,
      ])
    }
    // One that fits is enough, beside others.
    const several = JSON.stringify({
      keys: [
        { ...rsa, alg: 'RS256' },
        { ...rsa, alg: 'PS256' },
      ],
    })
    expect((await save({ ...corrected, jwks: several })).status).toBe(303)
    expect((await save({ ...corrected, token_endpoint_auth_signing_alg: 'ES256' })).status).toBe(303)
    expect(await openidOf()).toMatchObject({
      profile: 'fapi-2.0-signed',
      token_endpoint_auth_signing_alg: 'ES256',
    })
    expect((await ada.get(pathOf(known, '/policy'))).forms[0]?.fields).toMatchObject(corrected)
  })

  it('has the settings of OpenID Connect', async () => {
    const fields = {
      id_token_signed_response_alg: 'EdDSA',
      userinfo_signed_response_alg: 'ES256',
      claims_in_id_token: 'yes',
      subject_type: 'pairwise',
      sector_identifier: 'app.example',
      backchannel_logout_uri: 'https://app.example/back',
      frontchannel_logout_uri: 'http://localhost:3000/front',
      initiate_login_uri: 'https://app.example/start',
    }
    expect((await save(fields, root)).status).toBe(303)
    expect((await root.get(pathOf(known, '/policy'))).forms[0]?.fields).toMatchObject(fields)
    expect(await openidOf()).toMatchObject({ ...fields, claims_in_id_token: true })
  })

  it('sent twice, with every batch executed twice, does not undo later changes', async () => {
    const faulty = carriedTo(startServer({ bindings: { DB: everyBatchTwice() } }), ada)
    const form = await faulty.get(pathOf(known, '/policy'))
    await form.submit({ scope: 'read' })
    expect(await scopesOf()).toEqual(['read'])
    await save({ scope: 'write' })
    expect((await form.submit({ scope: 'read' })).status).toBe(303)
    expect(await scopesOf()).toEqual(['write'])
  })

  it.each<[string, Record<string, string>, string]>([
    ['no scope', { scope: '' }, 'scope'],
    ['a format', { access_token_format: 'xml' }, 'access_token_format'],
    ['a lifetime of words', { access_token_lifetime: 'long' }, 'access_token_lifetime'],
    ['a short lifetime', { access_token_lifetime: '59' }, 'access_token_lifetime'],
    ['a long lifetime', { access_token_lifetime: '31d' }, 'access_token_lifetime'],
    ['a long refresh token', { refresh_idle_lifetime: '401d' }, 'refresh_idle_lifetime'],
    ['a short refresh token', { refresh_absolute_lifetime: '1s' }, 'refresh_absolute_lifetime'],
    ['no JSON', { jwks: 'x' }, 'jwks'],
    ['a symmetric key', { jwks: '{"keys":[{"kty":"oct","k":"a"}]}' }, 'jwks'],
    ['a private key', { jwks: '{"keys":[{"kty":"EC","d":"a"}]}' }, 'jwks'],
    ['an empty set', { jwks: '{"keys":[]}' }, 'jwks'],
    ['keys on the local network', { jwks_uri: 'https://10.0.0.1/jwks' }, 'jwks_uri'],
    ['keys over http', { jwks_uri: 'http://app.example/jwks' }, 'jwks_uri'],
    ['both', { jwks: '{"keys":[{"kty":"EC"}]}', jwks_uri: 'https://app.example/jwks' }, 'jwks_uri'],
    ['no keys', { require_signed_request_object: 'true' }, 'require_signed_request_object'],
    ['no signature', { id_token_signed_response_alg: 'none' }, 'id_token_signed_response_alg'],
    ['http', { backchannel_logout_uri: 'http://app.example/' }, 'backchannel_logout_uri'],
    ['a script', { frontchannel_logout_uri: 'javascript:alert(1)' }, 'frontchannel_logout_uri'],
    [
      'a parameter that we add',
      { frontchannel_logout_uri: 'https://app.example/?sid=1' },
      'frontchannel_logout_uri',
    ],
    ['http on loopback', { initiate_login_uri: 'http://localhost/' }, 'initiate_login_uri'],
  ])('with %s is refused at its field, and keeps what was typed', async (_, changes, field) => {
    const before = await row()
    const page = await save({ backchannel_logout_uri: 'https://app.example/kept', ...changes })
    expect([page.status, titleOf(page)]).toEqual([400, 'Error: Tokens and sign-in · Latchkey'])
    expect(page.html).toContain(`href="#${field}"`)
    expect(page.html).toContain(`id="${field}-problem"`)
    const kept = { backchannel_logout_uri: 'https://app.example/kept', ...changes }[field]
    if (!['scope', 'access_token_format', 'id_token_signed_response_alg'].includes(field))
      expect(page.forms[0]?.fields[field]).toBe(kept)
    expect(await row()).toEqual(before)
  })
})

it('says which keys are missing for signed requests', async () => {
  const { text } = await save({ require_signed_request_object: 'true' })
  expect(text).toContain('Enter public keys, too: they verify the signatures of its requests.')
})

it('refuses an address as sector host', async () => {
  expect((await save({ sector_identifier: 'https://app.example/' }, root)).html).toContain(
    'href="#sector_identifier"',
  )
})

describe('pairwise identifiers', () => {
  const two = { redirect_uris: 'https://app.example/cb\nhttps://other.example/cb' }

  it('need one host, or a sector set by an administrator', async () => {
    known = await register(ada, two)
    expect((await save({ subject_type: 'pairwise' })).html).toContain('href="#subject_type"')
    expect((await save({ subject_type: 'pairwise', sector_identifier: 'app.example' })).status).toBe(400)
    expect((await save({ subject_type: 'pairwise', sector_identifier: 'app.example' }, root)).status).toBe(
      303,
    )
    expect((await openidOf()).sector_identifier).toBe('app.example')
  })

  it('are never those of a sector that a developer names', async () => {
    await save({ subject_type: 'pairwise', sector_identifier: 'victim.example' })
    expect(await openidOf()).not.toHaveProperty('sector_identifier')
    await save({ subject_type: 'pairwise', sector_identifier: 'app.example' }, root)
    await save({ subject_type: 'pairwise' })
    expect((await openidOf()).sector_identifier).toBe('app.example')
  })

  it('keep the addresses at one host afterwards', async () => {
    await save({ subject_type: 'pairwise' })
    const refused = await (await ada.get(pathOf(known, '/update'))).submit(two)
    expect([refused.status, refused.html.includes('href="#redirect_uris"')]).toEqual([400, true])
    await save({ subject_type: 'pairwise', sector_identifier: 'app.example' }, root)
    expect((await (await ada.get(pathOf(known, '/update'))).submit(two)).status).toBe(303)
  })
})

describe('settings for administrators', () => {
  it('a restricted scope is given by them, and stays when the developer saves', async () => {
    expect((await ada.get(pathOf(known, '/policy'))).html).not.toContain('value="introspection"')
    await save({ scope: 'read introspection' })
    expect(await scopesOf()).toEqual(['read'])
    await save({ scope: 'read introspection' }, root)
    expect(await scopesOf()).toEqual(['introspection', 'read'])
    expect((await ada.get(pathOf(known, '/policy'))).html).toMatch(/value="introspection"[^>]*disabled/)
    await save({ scope: 'write' })
    expect(await scopesOf()).toEqual(['introspection', 'write'])
    // A form that was opened before the removal does not restore it.
    const stale = await ada.get(pathOf(known, '/policy'))
    await save({ scope: 'write' }, root)
    await stale.submit({ scope: 'write introspection' })
    expect(await scopesOf()).toEqual(['write'])
  })

  it('the PKCE exception is set by them, and for confidential applications only', async () => {
    known = await register(ada, { name: 'Legacy' })
    expect((await ada.get(pathOf(known, '/policy'))).html).not.toContain('name="pkce"')
    await save({ pkce: 'optional' })
    expect((await openidOf()).pkce_optional).toBe(false)
    await save({ pkce: 'optional' }, root)
    expect((await openidOf()).pkce_optional).toBe(true)
    // No other profile has exceptions, and none returns later. An exception that is ineffective is not listed.
    for (const [profile, who] of [
      ['mcp', ada],
      ['oauth-2.1', ada],
      ['mcp', root],
      ['oauth-2.1', root],
    ] as const) {
      await save({ profile, ...(who === root && profile === 'mcp' && { pkce: 'optional' }) }, who)
      expect([profile, (await openidOf()).pkce_optional]).toEqual([profile, false])
    }
    await save({ pkce: 'optional' }, root)
    expect((await openidOf()).pkce_optional).toBe(true)
    expect((await ada.get(pathOf(known, '/settings'))).text).toContain('Older client, no PKCE')
    expect((await ada.get('/o/applications?name=legacy')).text).toContain('No PKCE')
    await save({})
    expect((await openidOf()).pkce_optional).toBe(true)

    const page = await (await ada.get(pathOf(known, '/update'))).submit({ client_type: 'public' })
    expect([page.status, (await openidOf()).pkce_optional]).toEqual([303, false])
    expect((await root.get(pathOf(known, '/policy'))).html).not.toContain('name="pkce"')
    expect((await save({ pkce: 'optional' }, root)).status).toBe(400)
  })

  /** A save during which something else is saved. */
  async function saveDuring(other: () => Promise<unknown>, changes: Record<string, string>, who: Browser) {
    const form = (await who.get(pathOf(known, '/policy'))).forms[0]?.fields ?? {}
    const racing = startServer({ bindings: { DB: beforeFirstWrite(other) } })
    const answer = await carriedTo(racing, who).post(pathOf(known, '/policy'), { ...form, ...changes })
    expect(answer.status).toBe(303)
  }

  it.each([
    ['named', 'app.example'],
    ['removed', ''],
  ])('a sector that one has just %s is unchanged by a developer’s save', async (_, sector) => {
    if (sector === '') await save({ sector_identifier: 'old.example' }, root)
    await saveDuring(() => save({ sector_identifier: sector }, root), { scope: 'read' }, ada)
    expect((await openidOf()).sector_identifier ?? '').toBe(sector)
  })

  it.each([
    ['allowed', ['pay']],
    ['taken away', []],
  ])(
    'a type of authorization details that one has just %s is unchanged by a developer’s save',
    async (_, types) => {
      await env.DB.prepare(
        `INSERT OR IGNORE INTO authorization_details_types VALUES ('pay', 'Pay', '{"properties":{}}')`,
      ).run()
      const allow = (type: string) => save({ scope: 'read', authorization_details_types: type }, root)
      if (types.length === 0) await allow('pay')
      await saveDuring(() => allow(types[0] ?? ''), { scope: 'read' }, ada)
      expect((await openidOf()).authorization_details_types ?? []).toEqual(types)
    },
  )

  it('the PKCE exception is not given to an application that has just become public', async () => {
    const update = await ada.get(pathOf(known, '/update'))
    await saveDuring(() => update.submit({ client_type: 'public' }), { pkce: 'optional' }, root)
    expect([(await row())?.type, (await openidOf()).pkce_optional]).toEqual(['public', false])
  })

  it('is for its owner only', async () => {
    const eve = await server.signedIn(await addUser(`eve${crypto.randomUUID().slice(0, 8)}`))
    const own = await register(eve)
    const form = (await eve.get(pathOf(own, '/policy'))).forms[0]?.fields ?? {}
    const before = await row()
    expect((await eve.get(pathOf(known, '/policy'))).status).toBe(404)
    expect((await eve.post(pathOf(known, '/policy'), { ...form, scope: 'read' })).status).toBe(404)
    expect(await row()).toEqual(before)
  })
})
