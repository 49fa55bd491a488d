import assert from 'node:assert/strict'
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { api, type Cases } from '../ask.ts'
import { audience, Issuer, issuer, makeKey, startedAt } from '../issuer.ts'

/** The result for a token with these claims and header parameters changed. */
async function answerTo(claims: Record<string, unknown>, header: Record<string, unknown> = {}) {
  const server = await Issuer.start()
  return (await api(server.options())({ token: await server.token(claims, header) })).line
}

/** RFC 9068 §4, RFC 8725. */
export const cases: Cases = {
  'a valid token is accepted, and its claims are handed over': async () => {
    const server = await Issuer.start()
    const more = { groups: ['staff'], authorization_details: [{ type: 'payment', amount: 7 }] }
    const { status, body } = await api(server.options())({ token: await server.token(more) })
    assert.equal(status, 200)
    assert.deepEqual(body, { ...server.claims(), ...more })
  },

  'every algorithm that servers sign with': async () => {
    for (const alg of ['ES256', 'RS256', 'PS256', 'EdDSA']) {
      const server = await Issuer.start()
      const key = await makeKey('other', alg)
      server.keys.push(key)
      assert.equal((await api(server.options())({ token: await server.token({}, {}, key) })).status, 200, alg)
    }
  },

  'typ: an access token, in both spellings and any case': async () => {
    for (const typ of ['at+jwt', 'application/at+jwt', 'AT+JWT']) {
      assert.match(await answerTo({}, { typ }), /^200/, typ)
    }
  },

  'typ: an ID token or any other type is not an access token': async () => {
    for (const typ of ['JWT', 'logout+jwt', 'dpop+jwt', 'at', '', undefined]) {
      assert.match(await answerTo({}, { typ }), /^401 invalid_token .*typ/, String(typ))
    }
  },

  'typ JWT only where the API says so, and then no other': async () => {
    const server = await Issuer.start()
    const ask = api(server.options({ typ: 'JWT' }))
    assert.equal((await ask({ token: await server.token({}, { typ: 'JWT' }) })).status, 200)
    assert.equal((await ask({ token: await server.token() })).status, 401)
    // An ID token has no client_id.
    const idToken = await server.token({ client_id: undefined, nonce: 'n' }, { typ: 'JWT' })
    assert.equal((await ask({ token: idToken })).line, '401 invalid_token The access token has no client_id')
  },

  'iss: compared exactly': async () => {
    const another = '401 invalid_token The access token was issued by another server'
    assert.equal(await answerTo({ iss: `${issuer}/` }), another)
    assert.equal(await answerTo({ iss: 'https://evil.example' }), another)
    assert.equal(await answerTo({ iss: undefined }), '401 invalid_token The access token has no iss')
  },

  'aud: this API, alone or among others': async () => {
    assert.match(await answerTo({ aud: [audience, 'https://other.example'] }), /^200/)
    const another = '401 invalid_token The access token is for another audience'
    for (const aud of ['https://other.example', `${audience}/`, issuer, ['https://other.example'], []]) {
      assert.equal(await answerTo({ aud }), another, String(aud))
    }
    assert.equal(await answerTo({ aud: undefined }), '401 invalid_token The access token has no aud')
  },

  'exp and nbf, with a few seconds of clock skew': async () => {
    assert.match(await answerTo({ exp: startedAt - 4 }), /^200/)
    assert.equal(await answerTo({ exp: startedAt - 5 }), '401 invalid_token The access token has expired')
    assert.equal(await answerTo({ exp: undefined }), '401 invalid_token The access token has no exp')
    assert.match(await answerTo({ nbf: startedAt + 5 }), /^200/)
    assert.equal(
      await answerTo({ nbf: startedAt + 6 }),
      '401 invalid_token The access token is not valid yet',
    )
  },

  'no tolerance where the API says so': async () => {
    const server = await Issuer.start()
    const ask = api(server.options({ clockTolerance: 0 }))
    assert.equal((await ask({ token: await server.token({ exp: startedAt + 1 }) })).status, 200)
    assert.equal((await ask({ token: await server.token({ exp: startedAt }) })).status, 401)
  },

  'claims that RFC 9068 §2.2 requires': async () => {
    for (const name of ['sub', 'client_id', 'iat', 'jti']) {
      assert.equal(await answerTo({ [name]: undefined }), `401 invalid_token The access token has no ${name}`)
    }
  },

  'claims of the wrong type': async () => {
    const wrong = {
      sub: 7,
      client_id: ['notes'],
      scope: ['read'],
      auth_time: 'now',
      acr: 2,
      amr: 'pwd',
      jti: '',
    }
    for (const [name, value] of Object.entries(wrong)) {
      const line = `401 invalid_token The ${name} of the access token is malformed`
      assert.equal(await answerTo({ [name]: value }), line)
    }
    for (const authorization_details of [
      { type: 'payment' },
      'payment',
      ['payment'],
      [null],
      [{}],
      [{ type: 7 }],
    ])
      assert.match(await answerTo({ authorization_details }), /^401 .* authorization_details .* malformed$/)
    for (const [name, value] of Object.entries({ exp: 'soon', aud: 7, iss: {} })) {
      assert.match(await answerTo({ [name]: value }), /^401 invalid_token/, name)
    }
  },

  'alg none': async () => {
    const server = await Issuer.start()
    const unsecured = new UnsecuredJWT(server.claims()).encode()
    const [, payload] = unsecured.split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: 'first' })).toString(
      'base64url',
    )
    for (const token of [unsecured, `${header}.${payload}.`, `${header}.${payload}.AAAA`]) {
      assert.match((await api(server.options())({ token })).line, /^401 invalid_token/)
    }
  },

  'HS256 with the public key as the secret': async () => {
    const server = await Issuer.start()
    const rsa = await generateKeyPair('RS256', { extractable: true })
    const pem = new TextEncoder().encode(await exportSPKI(rsa.publicKey))
    const jwk = new TextEncoder().encode(JSON.stringify(server.keys[0]?.publicJwk))
    for (const secret of [pem, jwk]) {
      const token = await new SignJWT(server.claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'first', typ: 'at+jwt' })
        .sign(secret)
      assert.match((await api(server.options())({ token })).line, /^401 invalid_token .*algorithm/)
    }
  },

  'an algorithm that the API does not accept': async () => {
    const server = await Issuer.start()
    const ask = api(server.options({ algorithms: ['RS256'] }))
    assert.match((await ask({ token: await server.token() })).line, /^401 invalid_token .*algorithm/)
  },

  'a key that the token contains or points to': async () => {
    const server = await Issuer.start()
    const evil = await makeKey('evil')
    for (const header of [{ jwk: evil.publicJwk }, { jku: 'https://evil.example/keys' }, { kid: 'first' }]) {
      const token = await server.token({}, header, evil)
      assert.match((await api(server.options())({ token })).line, /^401 invalid_token/)
    }
    assert.ok(!server.asked.some((path) => path.includes('evil')))
  },

  'one bit of payload or signature changed': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    const [header = '', payload = '', signature = ''] = (await server.token()).split('.')
    const claims = Buffer.from(JSON.stringify({ ...server.claims(), sub: 'eve' })).toString('base64url')
    const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
    for (const token of [
      `${header}.${claims}.${signature}`,
      `${header}.${payload}.${flipped}`,
      `${header}.${payload}.`,
    ])
      assert.equal(
        (await ask({ token })).line,
        '401 invalid_token The signature of the access token is wrong',
      )
  },

  'an unknown critical header parameter': async () => {
    const server = await Issuer.start()
    const [key] = server.keys
    assert.ok(key)
    const token = await new SignJWT(server.claims())
      .setProtectedHeader({ alg: 'ES256', kid: 'first', typ: 'at+jwt', crit: ['until'], until: 'friday' })
      .sign(key.privateKey, { crit: { until: true } })
    assert.equal(
      (await api(server.options())({ token })).line,
      '401 invalid_token The access token is not a valid JWT',
    )
  },

  'garbage in the form of a JWT is refused, and never an error of the API': async () => {
    const server = await Issuer.start()
    const part = (text: string) => Buffer.from(text).toString('base64url')
    const headers = [
      '{}',
      '[]',
      'null',
      '7',
      '{"alg":7}',
      '{"alg":"ES256","kid":{}}',
      '\0',
      '{"alg":"ES256","typ":7}',
    ]
    for (const header of headers)
      for (const payload of ['{}', 'null', '{"exp":1e400}', '{'])
        for (const signature of ['AAAA', 'A'.repeat(86)]) {
          const token = `${part(header)}.${part(payload)}.${signature}`
          assert.match(
            (await api(server.options())({ token })).line,
            /^401 invalid_token/,
            `${header} ${payload}`,
          )
        }
  },
}
