import { createLocalJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import { consentTo } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, startServer } from '../server.ts'

beforeAll(applySchema)

describe('oauth4webapi as a relying party', () => {
  it.each(signingAlgorithms)(
    'signs in, reads the ID token (%s), userinfo and a refreshed ID token',
    async (idTokenAlg) => {
      const server = startServer()
      const options = {
        [oauth.customFetch]: (url: string, { body, ...init }: { body?: BodyInit | null | undefined }) =>
          server.fetch(url, { ...init, body: body ?? null }),
        [oauth.allowInsecureRequests]: true,
        [oauth.clockSkew]: server.now - Math.floor(Date.now() / 1000),
      }
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
