import * as client from 'openid-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { consentTo } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, startServer } from '../server.ts'
import { addSigner } from '../signer.ts'

beforeAll(applySchema)

describe('openid-client as a relying party', () => {
  it('discovers, signs in, reads userinfo, refreshes, introspects, revokes and signs out', async () => {
    const server = startServer()
    const user = await addUser('ada')
    const registered = await addClient(user, { postLogoutRedirectUris: ['https://app.example/bye'] })
    const { id, redirectUris } = registered.client
    const config = await client.discovery(
      new URL(issuer),
      id,
      { [client.clockSkew]: server.now - Math.floor(Date.now() / 1000) },
      client.ClientSecretBasic(registered.secret),
      {
        execute: [client.allowInsecureRequests],
        [client.customFetch]: (url, { body, ...init }) => server.fetch(url, { ...init, body: body ?? null }),
      },
    )

    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const expectedNonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUris[0] ?? '',
      scope: 'openid profile email offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    })
    const browser = await server.signedIn(user)
    const callback = new URL((await consentTo(await browser.get(url.pathname + url.search))).location)
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(config, callback, checks)
    expect(tokens.claims()).toMatchObject({ sub: user.id, nonce: expectedNonce })

    const userinfo = await client.fetchUserInfo(config, tokens.access_token, user.id)
    expect(userinfo.preferred_username).toBe('ada')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    expect((await client.tokenIntrospection(config, refreshed.access_token)).active).toBe(true)
    await client.tokenRevocation(config, refreshed.refresh_token ?? '')
    expect((await client.tokenIntrospection(config, refreshed.access_token)).active).toBe(false)

    const bye = client.buildEndSessionUrl(config, {
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
    const config = await client.discovery(
      new URL(issuer),
      id,
      {
        [client.clockSkew]: server.now - Math.floor(Date.now() / 1000),
        id_token_signed_response_alg: 'PS256',
        authorization_signed_response_alg: 'ES256',
        introspection_signed_response_alg: 'ES256',
      },
      client.PrivateKeyJwt(key),
      {
        execute: [client.allowInsecureRequests, client.useJwtResponseMode],
        [client.customFetch]: (url, { body, ...init }) => server.fetch(url, { ...init, body: body ?? null }),
      },
    )
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const signed = await client.buildAuthorizationUrlWithJAR(
      config,
      {
        redirect_uri: redirectUris[0] ?? '',
        scope: 'openid profile',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
      },
      key,
    )
    const url = await client.buildAuthorizationUrlWithPAR(config, signed.searchParams, { DPoP })
    const browser = await server.signedIn(user)
    const callback = new URL((await consentTo(await browser.get(url.pathname + url.search))).location)
    expect([...callback.searchParams.keys()]).toEqual(['response'])
    const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(config, callback, checks, undefined, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, user.id, { DPoP })
    expect(userinfo.preferred_username).toBe('grace')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
    expect(refreshed.refresh_token ?? tokens.refresh_token).toBe(tokens.refresh_token)
    expect(await client.tokenIntrospection(config, refreshed.access_token)).toMatchObject({
      active: true,
      cnf: { jkt: expect.any(String) },
    })
  })
})
