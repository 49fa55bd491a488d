import { beforeAll, describe, expect, it } from 'vitest'
import {
  answerOf,
  authorizePath,
  codeRequest,
  obtainCode,
  postToken,
  refreshRequest,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, issuer, password, startServer } from '../server.ts'

beforeAll(applySchema)

describe('the tutorial over HTTP', () => {
  it('goes from a link to a refreshed token', async () => {
    const server = startServer()
    const owner = await addUser('ada')
    const registered = await addClient(owner)
    const browser = server.browser()

    const toLogin = await browser.get(authorizePath(registered))
    expect(toLogin.location).toMatch(/^\/login\?next=%2Fo%2Fauthorize/)
    const login = await browser.get(toLogin.location)
    const back = await login.submit({ username: 'ada', password })
    const consent = await browser.get(back.location)
    expect(consent.html).toContain('Notes')
    const answer = answerOf(await consent.submit({ decision: 'authorize' }))
    expect(answer.get('state')).toBe('state-1')
    expect(answer.get('iss')).toBe(issuer)

    const tokens = await tokensOf(await postToken(server, codeRequest(registered, answer.get('code') ?? '')))
    expect(tokens.scope).toBe('read write')
    const refreshed = await tokensOf(
      await postToken(server, refreshRequest(registered, tokens.refresh_token)),
    )
    expect(refreshed.access_token).not.toBe(tokens.access_token)
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
  })

  it('remembers the consent', async () => {
    const server = startServer()
    const owner = await addUser('grace')
    const registered = await addClient(owner)
    const browser = await server.signedIn(owner)
    await obtainCode(browser, registered)
    const again = await browser.get(authorizePath(registered))
    expect(again.status).toBe(303)
    expect(answerOf(again).get('code')).toMatch(/^lkc_/)
  })
})
