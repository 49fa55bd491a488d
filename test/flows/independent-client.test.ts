import { createLocalJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { consentTo, requestOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, startServer } from '../server.ts'
import { addSigner } from '../signer.ts'

beforeAll(applySchema)

describe('oauth4webapi', () => {
  it.each([
    ['Basic', oauth.ClientSecretBasic, 'in the URL'],
    ['body', oauth.ClientSecretPost, 'pushed'],
  ])(
    'discovers, authorizes, exchanges and refreshes, secret by %s, request %s',
    async (name, authenticate, how) => {
      const server = startServer()
      const options = {
        [oauth.customFetch]: (url: string, { body, ...init }: { body?: BodyInit | null | undefined }) =>
          server.fetch(url, { ...init, body: body ?? null }),
        [oauth.allowInsecureRequests]: true,
      }
      const discovered = await oauth.discoveryRequest(new URL(issuer), { ...options, algorithm: 'oauth2' })
      const as = await oauth.processDiscoveryResponse(new URL(issuer), discovered)
      const owner = await addUser(`ada-${name}`)
      const registered = await addClient(owner)
      const client = { client_id: registered.client.id }
      const redirectUri = registered.client.redirectUris[0] ?? ''

      const verifier = oauth.generateRandomCodeVerifier()
      const state = oauth.generateRandomState()
      const authentication = authenticate(registered.secret)
      const request = new URLSearchParams({
        client_id: client.client_id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'read',
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      const url = new URL(as.authorization_endpoint ?? '')
      if (how === 'in the URL') url.search = `${request}`
      else {
        const pushed = await oauth.pushedAuthorizationRequest(as, client, authentication, request, options)
        const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed)
        url.search = `${new URLSearchParams({ client_id: client.client_id, request_uri })}`
      }
      const browser = await server.signedIn(owner)
      const answer = new URL((await consentTo(await browser.get(url.pathname + url.search))).location)
      const callback = oauth.validateAuthResponse(as, client, answer, state)

      const exchange = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        authentication,
        callback,
        redirectUri,
        verifier,
        options,
      )
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, exchange)
      expect(tokens.scope).toBe('read')

      const keys = createLocalJWKSet(await (await server.fetch('/.well-known/jwks.json')).json())
      const verified = await jwtVerify(tokens.access_token, keys, {
        issuer,
        audience: issuer,
        typ: 'at+jwt',
        currentDate: new Date(server.now * 1000),
      })
      expect(verified.payload.client_id).toBe(client.client_id)

      const refresh = await oauth.refreshTokenGrantRequest(
        as,
        client,
        authentication,
        tokens.refresh_token ?? '',
        options,
      )
      const refreshed = await oauth.processRefreshTokenResponse(as, client, refresh)
      expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    },
  )

  it('pushes, reads a signed answer, and gets bound tokens with private_key_jwt (FAPI 2.0)', async () => {
    const server = startServer()
    const owner = await addUser('ada-fapi')
    const openid = { profile: 'fapi-2.0', idTokenAlg: 'ES256', authorizationAlg: 'ES256' } as const
    const bank = await addSigner(owner, () => server.now, { openid })
    const client = {
      client_id: bank.registered.client.id,
      authorization_signed_response_alg: 'ES256',
      [oauth.clockSkew]: server.now - Math.floor(Date.now() / 1000),
    }
    const options = {
      [oauth.customFetch]: (url: string, { body, ...init }: { body?: BodyInit | null | undefined }) =>
        server.fetch(url, { ...init, body: body ?? null }),
      [oauth.allowInsecureRequests]: true,
    }
    const discovered = await oauth.discoveryRequest(new URL(issuer), options)
    const as = await oauth.processDiscoveryResponse(new URL(issuer), discovered)
    const authentication = oauth.PrivateKeyJwt({ key: bank.privateKey, kid: 'one' })
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const verifier = oauth.generateRandomCodeVerifier()
    const request = requestOf(bank.registered, {
      response_mode: 'jwt',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    })
    const bound = { ...options, DPoP }
    const pushed = await oauth.pushedAuthorizationRequest(as, client, authentication, request, bound)
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed)
    const browser = await server.signedIn(owner)
    const visit = `/o/authorize?${new URLSearchParams({ client_id: client.client_id, request_uri })}`
    const answer = new URL((await consentTo(await browser.get(visit))).location)
    const callback = await oauth.validateJwtAuthResponse(as, client, answer, 'state-1', options)
    const redirectUri = bank.registered.client.redirectUris[0] ?? ''
    const exchange = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      callback,
      redirectUri,
      verifier,
      bound,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, exchange)
    expect(tokens.token_type).toBe('dpop')
  })
})
