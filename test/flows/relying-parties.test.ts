import { createLocalJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import { consentTo, requestOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Server, startServer } from '../server.ts'
import { addSigner } from '../signer.ts'

beforeAll(applySchema)

/** Requests of oauth4webapi, to this server. */
const optionsFor = (server: Server) => ({
  [oauth.customFetch]: (url: string, { body, ...init }: { body?: BodyInit | null | undefined }) =>
    server.fetch(url, { ...init, body: body ?? null }),
  [oauth.allowInsecureRequests]: true,
})

/** The server has a clock of its own. */
const skewOf = (server: Server) => server.now - Math.floor(Date.now() / 1000)

describe('oauth4webapi as a client', () => {
  it.each([
    ['Basic', oauth.ClientSecretBasic, 'in the URL'],
    ['body', oauth.ClientSecretPost, 'pushed'],
  ])(
    'discovers, authorizes, exchanges and refreshes, secret by %s, request %s',
    async (name, authenticate, how) => {
      const server = startServer()
      const options = optionsFor(server)
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
      [oauth.clockSkew]: skewOf(server),
    }
    const options = optionsFor(server)
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

describe('oauth4webapi as a relying party', () => {
  it.each(signingAlgorithms)(
    'signs in, reads the ID token (%s), userinfo and a refreshed ID token',
    async (idTokenAlg) => {
      const server = startServer()
      const options = { ...optionsFor(server), [oauth.clockSkew]: skewOf(server) }
      const as = await oauth.processDiscoveryResponse(
        new URL(issuer),
        await oauth.discoveryRequest(new URL(issuer), options),
      )
      const user = await addUser(`ada-${idTokenAlg.toLowerCase()}`)
      const registered = await addClient(user, { openid: { ...defaultClientOpenid, idTokenAlg } })
      const client = { client_id: registered.client.id, id_token_signed_response_alg: idTokenAlg, ...options }
      const redirectUri = registered.client.redirectUris[0] ?? ''
      const verifier = oauth.generateRandomCodeVerifier()
      const nonce = oauth.generateRandomNonce()
      const url = new URL(as.authorization_endpoint ?? '')
      url.search = new URLSearchParams({
        client_id: client.client_id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid profile email',
        nonce,
        max_age: '1000',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).toString()
      const browser = await server.signedIn(user)
      const answer = new URL((await consentTo(await browser.get(url.pathname + url.search))).location)
      const callback = oauth.validateAuthResponse(as, client, answer, oauth.expectNoState)

      const secret = oauth.ClientSecretBasic(registered.secret)
      const exchange = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        secret,
        callback,
        redirectUri,
        verifier,
        options,
      )
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, exchange, {
        expectedNonce: nonce,
        maxAge: 1000,
        requireIdToken: true,
      })
      const claims = oauth.getValidatedIdTokenClaims(tokens)
      expect(claims).toMatchObject({ sub: user.id, acr: '1', amr: ['pwd'], auth_time: server.now })
      expect(claims).not.toHaveProperty('email')
      const keys = createLocalJWKSet(await (await server.fetch('/.well-known/jwks.json')).json())
      const { protectedHeader } = await jwtVerify(tokens.id_token ?? '', keys, {
        currentDate: new Date(server.now * 1000),
      })
      expect(protectedHeader.alg).toBe(idTokenAlg)

      const userinfo = await oauth.processUserInfoResponse(
        as,
        client,
        user.id,
        await oauth.userInfoRequest(as, client, tokens.access_token, options),
      )
      expect(userinfo).toMatchObject({ sub: user.id, preferred_username: user.username, email: user.email })
      expect(userinfo.email_verified).toBe(false)

      const refresh = await oauth.refreshTokenGrantRequest(
        as,
        client,
        secret,
        tokens.refresh_token ?? '',
        options,
      )
      const refreshed = await oauth.processRefreshTokenResponse(as, client, refresh)
      expect(oauth.getValidatedIdTokenClaims(refreshed)).toMatchObject({
        sub: user.id,
        auth_time: server.now,
      })
    },
  )
})

describe('openid-client as a relying party', () => {
  it('discovers, signs in, reads userinfo, refreshes, introspects, revokes and signs out', async () => {
    const server = startServer()
    const user = await addUser('ada')
    const registered = await addClient(user, { postLogoutRedirectUris: ['https://app.example/bye'] })
    const { id, redirectUris } = registered.client
    const config = await openid.discovery(
      new URL(issuer),
      id,
      { [openid.clockSkew]: skewOf(server) },
      openid.ClientSecretBasic(registered.secret),
      {
        execute: [openid.allowInsecureRequests],
        [openid.customFetch]: (url, { body, ...init }) => server.fetch(url, { ...init, body: body ?? null }),
      },
    )

    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const expectedState = openid.randomState()
    const expectedNonce = openid.randomNonce()
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUris[0] ?? '',
      scope: 'openid profile email offline_access',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    })
    const browser = await server.signedIn(user)
    const callback = new URL((await consentTo(await browser.get(url.pathname + url.search))).location)
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
    const tokens = await openid.authorizationCodeGrant(config, callback, checks)
    expect(tokens.claims()).toMatchObject({ sub: user.id, nonce: expectedNonce })

    const userinfo = await openid.fetchUserInfo(config, tokens.access_token, user.id)
    expect(userinfo.preferred_username).toBe('ada')
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    expect((await openid.tokenIntrospection(config, refreshed.access_token)).active).toBe(true)
    await openid.tokenRevocation(config, refreshed.refresh_token ?? '')
    expect((await openid.tokenIntrospection(config, refreshed.access_token)).active).toBe(false)

    const bye = openid.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'https://app.example/bye',
      state: 'later',
    })
    expect((await browser.get(bye.pathname + bye.search)).location).toBe(
      'https://app.example/bye?state=later',
    )
  })

  it('follows FAPI 2.0 Message Signing: signed and pushed requests, signed answers, bound tokens', async () => {
    const server = startServer()
    const user = await addUser('grace')
    const bank = await addSigner(user, () => server.now, {
      openid: {
        profile: 'fapi-2.0-signed',
        idTokenAlg: 'PS256',
        authorizationAlg: 'ES256',
        introspectionAlg: 'ES256',
      },
    })
    const { id, redirectUris } = bank.registered.client
    const key = { key: bank.privateKey, kid: 'one' }
    const config = await openid.discovery(
      new URL(issuer),
      id,
      {
        [openid.clockSkew]: skewOf(server),
        id_token_signed_response_alg: 'PS256',
        authorization_signed_response_alg: 'ES256',
        introspection_signed_response_alg: 'ES256',
      },
      openid.PrivateKeyJwt(key),
      {
        execute: [openid.allowInsecureRequests, openid.useJwtResponseMode],
        [openid.customFetch]: (url, { body, ...init }) => server.fetch(url, { ...init, body: body ?? null }),
      },
    )
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const expectedState = openid.randomState()
    const signed = await openid.buildAuthorizationUrlWithJAR(
      config,
      {
        redirect_uri: redirectUris[0] ?? '',
        scope: 'openid profile',
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
      },
      key,
    )
    const url = await openid.buildAuthorizationUrlWithPAR(config, signed.searchParams, { DPoP })
    const browser = await server.signedIn(user)
    const callback = new URL((await consentTo(await browser.get(url.pathname + url.search))).location)
    expect([...callback.searchParams.keys()]).toEqual(['response'])
    const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true }
    const tokens = await openid.authorizationCodeGrant(config, callback, checks, undefined, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    const userinfo = await openid.fetchUserInfo(config, tokens.access_token, user.id, { DPoP })
    expect(userinfo.preferred_username).toBe('grace')
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
    expect(refreshed.refresh_token ?? tokens.refresh_token).toBe(tokens.refresh_token)
    expect(await openid.tokenIntrospection(config, refreshed.access_token)).toMatchObject({
      active: true,
      cnf: { jkt: expect.any(String) },
    })
  })
})
