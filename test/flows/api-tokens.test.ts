import { env } from 'cloudflare:workers'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import type { Browser } from '../browser.ts'
import { codeRequest, introspect, obtainCode, postToken, type Tokens, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

const server = startServer()
const api = 'https://api.example/'
let root: Browser
let known: Registered

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
})

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM resources').run()
  const policy = { ...defaultClientPolicy, scope: ['openid', 'read', 'see'] }
  known = await addClient(await addUser(`ada-${crypto.randomUUID()}`), { policy })
})

/** As an administrator enters it in the form. */
const register = async (alg: string, typ: string) => {
  const page = await root.get('/admin/apis/new')
  const fields = { identifier: api, name: 'API', scopes: 'see See', introspectors: known.client.id }
  const saved = await page.submit({ ...fields, access_token_signed_response_alg: alg, access_token_typ: typ })
  expect(saved.status).toBe(303)
}

type Issued = Tokens & { readonly id_token: string }
const tokensFor = async (scope: string): Promise<Issued> => {
  const answer = await postToken(server, codeRequest(known, await obtainCode(root, known, { scope })))
  // With the scope openid there is one.
  return (await tokensOf(answer)) as Issued
}

const userinfo = (token: string) =>
  server.fetch('/o/userinfo', { headers: { Authorization: `Bearer ${token}` } })

describe('an access token for an API', () => {
  it.each(signingAlgorithms.flatMap((alg) => (['at+jwt', 'JWT'] as const).map((typ) => [alg, typ] as const)))(
    'is signed with %s and of the type %s where the API says so, and is known here',
    async (alg, typ) => {
      await register(alg, typ)
      const { access_token } = await tokensFor('see')
      expect(decodeProtectedHeader(access_token)).toMatchObject({ alg, typ })
      expect(decodeJwt(access_token).aud).toBe(api)
      expect(await introspect(server, known, access_token)).toMatchObject({ active: true, aud: api })
      expect((await userinfo(access_token)).status).toBe(401)
    },
  )

  it('contains nothing about tokens for this server, which never have the type JWT', async () => {
    await register('EdDSA', 'JWT')
    for (const scope of ['openid see', 'openid', 'read']) {
      const { access_token } = await tokensFor(scope)
      expect(decodeJwt(access_token).aud).toBe(issuer)
      expect(decodeProtectedHeader(access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    }
  })
})

it.each(signingAlgorithms)(
  'an access token for this server is signed with %s where the application says so',
  async (alg) => {
    const page = await root.get(`/o/applications/${known.client.id}/policy`)
    await page.submit({ scope: 'openid', access_token_signed_response_alg: alg })
    const { access_token } = await tokensFor('openid')
    expect(decodeProtectedHeader(access_token)).toMatchObject({ alg, typ: 'at+jwt' })
    expect((await userinfo(access_token)).status).toBe(200)
  },
)

it('an ID token is not an access token, although both may have the type JWT', async () => {
  await register('RS256', 'JWT')
  const { id_token } = await tokensFor('openid see')
  expect(decodeProtectedHeader(id_token).typ).toBe('JWT')
  expect((await userinfo(id_token)).status).toBe(401)
  expect((await introspect(server, known, id_token)).active).toBe(false)
})

it('an access token of the type JWT is not accepted as id_token_hint', async () => {
  await register('RS256', 'JWT')
  const { access_token } = await tokensFor('see')
  const page = await root.get(`/o/logout?id_token_hint=${access_token}`)
  expect([page.status, page.forms.length]).toEqual([200, 1])
})
