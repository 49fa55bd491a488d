import { env } from 'cloudflare:workers'
import { decodeProtectedHeader } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { endingStatements } from '../../scripts/database/ending.ts'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { codeRequest, errorOf, introspect, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, startServer } from '../server.ts'

beforeAll(applySchema)

const server = startServer()

/** The same as `npm run end-everything`, on a Worker without cached keys. */
async function endEverything(): Promise<void> {
  for (let time = 0; time < 2; time++) {
    await env.DB.batch(endingStatements(server.now, server.now).map((statement) => env.DB.prepare(statement)))
  }
}

async function ofItsOwn({ client, secret }: Registered): Promise<string> {
  const parameters = { grant_type: 'client_credentials', client_id: client.id, client_secret: secret }
  return (await tokensOf(await postToken(server, parameters))).access_token
}

describe('after everything was ended', () => {
  it('nothing issued before is valid, and everything works from the start', async () => {
    const ada = await addUser('ada', 'administrator')
    const app = await addClient(ada)
    const browser = await server.signedIn(ada)
    const tokens = await tokensOf(await postToken(server, codeRequest(app, await obtainCode(browser, app))))
    const code = await obtainCode(browser, app)
    await endEverything()
    expect((await introspect(server, app, tokens.access_token)).active).toBe(false)
    expect(await errorOf(await postToken(server, refreshRequest(app, tokens.refresh_token)))).toBe(
      '400 invalid_grant',
    )
    expect(await errorOf(await postToken(server, codeRequest(app, code)))).toBe('400 invalid_grant')
    expect((await browser.get('/account')).status).toBe(303)
    server.now += 1
    const again = await server.signedIn(ada)
    const { access_token } = await tokensOf(
      await postToken(server, codeRequest(app, await obtainCode(again, app))),
    )
    expect((await introspect(server, app, access_token)).active).toBe(true)
  })

  it.each(['jwt', 'opaque'] as const)('nor is a token without a row, as %s', async (format) => {
    const bob = await addUser(`bob-${format}`)
    const app = await addClient(bob, {
      grantType: 'client-credentials',
      redirectUris: [],
      policy: { ...defaultClientPolicy, accessTokenFormat: format },
    })
    server.now += 10
    const before = await ofItsOwn(app)
    expect((await introspect(server, app, before)).active).toBe(true)
    await endEverything()
    expect((await introspect(server, app, before)).active).toBe(false)
    server.now += 1
    expect((await introspect(server, app, await ofItsOwn(app))).active).toBe(true)
  })

  it('the audit log records it once', async () => {
    const { results } = await env.DB.prepare(
      `SELECT at FROM audit_events WHERE type = 'everything_ended' AND at = ${server.now - 1}`,
    ).all()
    expect(results).toHaveLength(1)
  })

  it('a running isolate signs with a published key a minute later', async () => {
    const app = await addClient(await addUser('cleo'), { grantType: 'client-credentials', redirectUris: [] })
    const before = decodeProtectedHeader(await ofItsOwn(app)).kid
    await endEverything()
    server.now += 60
    const { kid } = decodeProtectedHeader(await ofItsOwn(app))
    expect(kid).not.toBe(before)
    const { keys } = await (await server.fetch('/.well-known/jwks.json')).json<{ keys: { kid: string }[] }>()
    expect(keys.map((key) => key.kid)).toContain(kid)
  })
})
