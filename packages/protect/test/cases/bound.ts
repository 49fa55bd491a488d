import assert from 'node:assert/strict'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { cloudflareCertificate, type Options, protect } from '../../src/index.ts'
import { api, type Cases, read, requestOf } from '../ask.ts'
import { audience, Issuer, startedAt } from '../issuer.ts'

const url = `${audience}/hello`

const digest = async (bytes: Uint8Array) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)))
const hashOf = async (text: string) => (await digest(Buffer.from(text))).toString('base64url')

interface Changes {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

/** A client with a key, a token that is bound to it, and the proofs that it makes. RFC 9449 §4.2. */
async function start(changes: Partial<Options> = {}, alg = 'ES256') {
  const server = await Issuer.start()
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const jkt = await calculateJwkThumbprint(jwk)
  const token = await server.token({ cnf: { jkt } })
  const prove = async ({ claims = {}, header = {} }: Changes = {}) =>
    new SignJWT({ jti: 'once', htm: 'GET', htu: url, iat: server.now, ath: await hashOf(token), ...claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header })
      .sign(privateKey)
  const ask = api(server.options(changes))
  const send = async (proof: string | undefined, sent = {}) =>
    ask({ authorization: `DPoP ${token}`, ...(proof === undefined ? {} : { proof }), ...sent })
  return { server, jwk, jkt, privateKey, token, prove, ask, send }
}

const invalid = (fault: string) => `401 invalid_dpop_proof The DPoP proof is not valid: ${fault}`

/** RFC 9449 §7, RFC 8705 §3. */
export const cases: Cases = {
  'DPoP: a token with a proof of its key is accepted, with every usual algorithm': async () => {
    for (const alg of ['ES256', 'RS256', 'PS256', 'EdDSA']) {
      const { send, prove, jkt } = await start({}, alg)
      const { status, body } = await send(await prove())
      assert.deepEqual([status, body.cnf], [200, { jkt }], alg)
    }
  },

  'DPoP: a bound token is never accepted as Bearer, with or without a proof': async () => {
    const { ask, token, prove } = await start()
    for (const proof of [{}, { proof: await prove() }]) {
      const { line, headers } = await ask({ token, ...proof })
      assert.equal(
        line,
        '401 invalid_token The access token is bound to a key: send it as DPoP, with a proof',
      )
      assert.match(
        headers.get('www-authenticate') ?? '',
        /^Bearer .*error="invalid_token".*, DPoP algs="ES256 /,
      )
    }
  },

  'DPoP: an unbound token is accepted as Bearer only': async () => {
    const { server, ask, prove } = await start()
    const token = await server.token()
    const proof = await prove({ claims: { ath: await hashOf(token) } })
    const { line } = await ask({ authorization: `DPoP ${token}`, proof })
    assert.equal(line, '401 invalid_token The access token is not bound to a key: send it as Bearer')
    assert.equal((await ask({ token, proof })).status, 200)
  },

  'DPoP: a refusal names the scheme, the reason and the algorithms': async () => {
    const { send } = await start({ proofAlgorithms: ['ES256', 'EdDSA'] })
    const { status, headers, challenge, body } = await send(undefined)
    assert.equal(status, 401)
    assert.match(headers.get('www-authenticate') ?? '', /^DPoP /)
    assert.equal(challenge.error, 'invalid_dpop_proof')
    assert.equal(challenge.algs, 'ES256 EdDSA')
    assert.equal(body.error_description, 'The DPoP proof is not valid: the DPoP header is missing')
  },

  'DPoP: claims of a proof': async () => {
    const { send, prove } = await start()
    const wrong: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ htm: 'POST' }, 'htm is not the method of the request'],
      [{ htm: 'get' }, 'htm is not the method of the request'],
      [{ htm: undefined }, 'htm is not the method of the request'],
      [{ htu: `${audience}/other` }, 'htu is not the URL of the request'],
      [{ htu: `${url}/` }, 'htu is not the URL of the request'],
      [{ htu: 'https://evil.example/hello' }, 'htu is not the URL of the request'],
      [{ htu: url.replace('//', '//ada:x@') }, 'htu is not the URL of the request'],
      [{ htu: '/hello' }, 'htu is not the URL of the request'],
      [{ htu: ['x'] }, 'htu is not the URL of the request'],
      [{ iat: startedAt - 61 }, 'iat is not the current time'],
      [{ iat: startedAt + 61 }, 'iat is not the current time'],
      [{ iat: undefined }, 'iat is not the current time'],
      [{ ath: await hashOf('another') }, 'ath is not the hash of the access token'],
      [{ ath: undefined }, 'ath is not the hash of the access token'],
      [{ jti: '' }, 'jti is missing'],
      [{ jti: undefined }, 'jti is missing'],
    ]
    for (const [claims, fault] of wrong)
      assert.equal((await send(await prove({ claims }))).line, invalid(fault), JSON.stringify(claims))
    for (const iat of [startedAt - 60, startedAt + 60])
      assert.equal((await send(await prove({ claims: { iat } }))).status, 200, `${iat}`)
  },

  'DPoP: htu is compared as a URL, without query and fragment': async () => {
    const { send, prove } = await start()
    const same = [
      'HTTPS://API.EXAMPLE.COM/hello',
      'https://api.example.com:443/hello',
      'https://api.example.com/./hello',
      'https://api.example.com/x/../hello',
      'https://api.example.com/%68ell%6f',
      `${url}?x=1#y`,
    ]
    for (const htu of same) assert.equal((await send(await prove({ claims: { htu } }))).status, 200, htu)
    const query = `${url}?access=1`
    assert.equal((await send(await prove(), { url: query })).status, 200)
    const encoded = { url: `${audience}/caf%C3%A9%2Fx` }
    const lower = await prove({ claims: { htu: `${audience}/caf%c3%a9%2fx` } })
    assert.equal((await send(lower, encoded)).status, 200)
    const slash = await prove({ claims: { htu: `${audience}/caf%C3%A9/x` } })
    assert.equal((await send(slash, encoded)).line, invalid('htu is not the URL of the request'))
  },

  'DPoP: header of a proof': async () => {
    const { send, prove, jwk, token, server } = await start()
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const unreadable = invalid('it must be a JWT of type dpop+jwt, signed with the key in its header')
    const noKey = invalid('its header has no public key in jwk')
    const wrong: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ typ: 'JWT' }, unreadable],
      [{ typ: undefined }, unreadable],
      [{ jwk: undefined }, noKey],
      [{ jwk: 'x' }, noKey],
      [{ jwk: await exportJWK(privateKey) }, noKey],
      [{ jwk: { kty: 'oct', k: 'AAAA' } }, noKey],
      [{ jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } }, unreadable],
      [{ jwk: { kty: 'nothing' } }, unreadable],
      [{ jwk: [] }, unreadable],
      [{ jwk: { ...jwk, x: jwk.y } }, unreadable],
    ]
    // RFC 7517 §4.3 only advises against uses that another algorithm has.
    const uses = { jwk: { ...jwk, key_ops: ['verify', 'encrypt'] } }
    assert.equal((await send(await prove({ header: uses }))).status, 200)
    assert.equal(
      (await send(await prove({ header: { jwk: { ...jwk, key_ops: ['encrypt'] } } }))).line,
      unreadable,
    )
    for (const [header, line] of wrong)
      assert.equal((await send(await prove({ header }))).line, line, JSON.stringify(header))
    const claims = { jti: '1', htm: 'GET', htu: url, iat: server.now, ath: await hashOf(token) }
    const [, payload] = new UnsecuredJWT(claims).encode().split('.')
    const none = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'none', jwk })).toString('base64url')
    const mac = await new SignJWT(claims)
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk })
      .sign(new TextEncoder().encode(JSON.stringify(jwk)))
    const own = await prove()
    for (const proof of [`${none}.${payload}.`, mac, `${own}, ${own}`, 'x', 'a.b.c', token])
      assert.match((await send(proof)).line, /^401 invalid_dpop_proof/, proof)
  },

  'DPoP: only the algorithms that the API accepts, never HMAC': async () => {
    const { send, prove } = await start({ proofAlgorithms: ['EdDSA'] })
    assert.match((await send(await prove())).line, /^401 invalid_dpop_proof/)
    const none = await start({ proofAlgorithms: [] })
    assert.equal((await none.send(await none.prove())).challenge.error, undefined)
    assert.match(
      (await none.ask({ token: none.token })).line,
      /bound to a key, which this API does not check/,
    )
    assert.throws(() => api({ ...none.server.options(), proofAlgorithms: ['HS256'] }), TypeError)
  },

  'DPoP: the proof of another key': async () => {
    const { send, token } = await start()
    const other = await start()
    const proof = await other.prove({ claims: { ath: await hashOf(token) } })
    assert.equal(
      (await send(proof)).line,
      '401 invalid_token The access token is bound to another key than the DPoP proof',
    )
  },

  'DPoP: a proof works once, where the API keeps used ones, and nothing is kept of a refused one':
    async () => {
      const used = new Map<string, number>()
      const isFirstUse = (id: string, expiresAt: number) =>
        !used.has(id) && used.set(id, expiresAt) !== undefined
      const { send, prove } = await start({ isFirstUse })
      assert.equal((await send(await prove({ claims: { htm: 'POST' } }))).status, 401)
      assert.equal((await send(await prove(), { authorization: 'DPoP garbage' })).status, 401)
      assert.equal(used.size, 0)
      const proof = await prove()
      assert.equal((await send(proof)).status, 200)
      assert.equal((await send(proof)).line, invalid('it was used before'))
      assert.equal((await send(await prove({ claims: { jti: 'x'.repeat(5000) } }))).status, 200)
      assert.deepEqual([...used.values()], [startedAt + 61, startedAt + 61])
      assert.ok([...used.keys()].every((id) => id.length === 43))
    },

  'DPoP: a nonce is demanded where a secret is set, and is one of ours for five minutes': async () => {
    const [secret, older] = ['s'.repeat(32), 'o'.repeat(32)]
    const used: string[] = []
    const isFirstUse = (id: string) => used.push(id) > 0
    const { server, token, send, prove, ask } = await start({ nonceSecret: secret, isFirstUse })
    const refused = async (claims: Readonly<Record<string, unknown>>) => {
      const { line, headers } = await send(await prove({ claims }))
      assert.equal(line, '401 use_dpop_nonce The DPoP proof needs a nonce', JSON.stringify(claims))
      assert.match(headers.get('www-authenticate') ?? '', /^DPoP .*error="use_dpop_nonce".*algs="ES256 /)
      const nonce = headers.get('dpop-nonce') ?? ''
      assert.match(nonce, /^\d+\.[\w-]{43}$/)
      return nonce
    }
    const nonce = await refused({})
    const [time = '', mac = ''] = nonce.split('.')
    for (const wrong of ['', 'x', 7, `${time}.${'A'.repeat(43)}`, `${Number(time) + 1}.${mac}`, `${nonce}x`])
      await refused({ nonce: wrong })
    assert.equal(used.length, 0)
    assert.equal((await send(await prove({ claims: { nonce } }))).status, 200)
    // Any other fault is reported first. A request without a proof is asked for one.
    assert.equal(
      (await send(await prove({ claims: { htm: 'POST', nonce } }))).line,
      invalid('htm is not the method of the request'),
    )
    assert.match((await send(undefined)).line, /^401 invalid_dpop_proof/)
    // It is stateless: another instance accepts it, one with another secret does not.
    const other = api(server.options({ nonceSecret: secret }))
    const again = { authorization: `DPoP ${token}`, proof: await prove({ claims: { nonce } }) }
    assert.equal((await other(again)).status, 200)
    assert.equal((await api(server.options({ nonceSecret: older }))(again)).status, 401)
    assert.equal((await api(server.options())(again)).status, 200)
    assert.equal((await ask({ token: await server.token() })).status, 200)
    server.now += 299
    assert.equal((await send(await prove({ claims: { nonce, iat: server.now } }))).status, 200)
    server.now += 1
    const fresh = await refused({ nonce, iat: server.now })
    assert.equal((await send(await prove({ claims: { nonce: fresh, iat: server.now } }))).status, 200)
  },

  'DPoP: a store that fails is an outage': async () => {
    const { server, send, prove } = await start({ isFirstUse: () => Promise.reject(new Error('down')) })
    assert.equal((await send(await prove())).status, 503)
    assert.deepEqual(server.reasons, ['isFirstUse failed: Error: down'])
  },

  'DPoP: publicUrl, for an API behind a proxy': async () => {
    const publicUrl = 'https://public.example/v1/'
    const { send, prove } = await start({ publicUrl })
    const htu = 'https://public.example/v1/hello'
    const inside = { url: 'http://10.0.0.7:3000/hello?x=1' }
    assert.equal((await send(await prove({ claims: { htu } }), inside)).status, 200)
    assert.equal((await send(await prove())).line, invalid('htu is not the URL of the request'))
    // The Host header, which a sender chooses, can't replace the URL of `resource`.
    const own = await start()
    const elsewhere = await own.prove({ claims: { htu: 'https://evil.example/hello' } })
    const { line } = await own.send(elsewhere, { url: 'https://evil.example/hello' })
    assert.equal(line, invalid('htu is not the URL of the request'))
    const unnamed = await start({ audience: 'notes', publicUrl: undefined })
    const token = await unnamed.server.token({ aud: 'notes', cnf: { jkt: unnamed.jkt } })
    const proof = await unnamed.prove({ claims: { ath: await hashOf(token) } })
    assert.equal((await unnamed.ask({ authorization: `dpop ${token}`, proof })).status, 200)
  },

  'DPoP: an opaque token is bound by the answer of introspection': async () => {
    const { server, jkt, prove } = await start()
    const told = {
      active: true,
      token_type: 'DPoP',
      aud: audience,
      sub: 'ada',
      client_id: 'notes',
      exp: startedAt + 300,
    }
    const ask = api(server.options({ introspection: { clientId: 'api', clientSecret: 'secret' } }))
    const proof = await prove({ claims: { ath: await hashOf('opaque') } })
    server.answers.set('/introspect', () => ({ ...told, cnf: { jkt } }))
    assert.equal((await ask({ authorization: 'DPoP opaque', proof })).status, 200)
    assert.match((await ask({ token: 'opaque' })).line, /^401 invalid_token .*send it as DPoP/)
    server.answers.set('/introspect', () => told)
    for (const sent of [{ token: 'opaque' }, { authorization: 'DPoP opaque', proof }])
      assert.match((await ask(sent)).line, /^401 invalid_token .*no cnf.jkt/)
  },

  'a binding that the API does not know is refused': async () => {
    const { server, jkt } = await start()
    const ask = api(server.options())
    const unknown = [
      {},
      { 'x5t#S256': 'A'.repeat(43) },
      { jkt, 'x5t#S256': 'A'.repeat(43) },
      { kid: 'x' },
      { jkt, kid: 'x' },
    ]
    for (const cnf of unknown) {
      const token = await server.token({ cnf })
      const { line } = await ask({ token })
      assert.equal(
        line,
        '401 invalid_token The access token is bound to a key, which this API does not check',
        JSON.stringify(cnf),
      )
    }
    for (const cnf of [{ jwk: {} }, [], 'x', 7, null, { jkt: '' }])
      assert.match((await ask({ token: await server.token({ cnf }) })).line, /^401 invalid_token/)
  },

  'requireBound: unbound tokens are refused, and the challenge and the document say so': async () => {
    const { server, send, prove, ask } = await start({ requireBound: true })
    assert.equal((await send(await prove())).status, 200)
    const { line, headers } = await ask({ token: await server.token() })
    assert.equal(line, '401 invalid_token This API accepts only access tokens that are bound to a key')
    assert.match(headers.get('www-authenticate') ?? '', /^DPoP realm/)
    assert.match((await ask()).headers.get('www-authenticate') ?? '', /^DPoP realm/)
    const { body } = await ask({ url: `${audience}/.well-known/oauth-protected-resource` })
    assert.equal(body.dpop_bound_access_tokens_required, true)
    assert.throws(() => api({ ...server.options(), requireBound: true, proofAlgorithms: [] }), TypeError)
  },

  'certificate: the one that the token is bound to, in every form': async () => {
    const server = await Issuer.start()
    const der = crypto.getRandomValues(new Uint8Array(600))
    const hash = await digest(der)
    const x5t = hash.toString('base64url')
    const base64 = Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n')
    const hex = hash.toString('hex')
    const forms = [
      der,
      Buffer.from(der),
      x5t,
      hex,
      hex.toUpperCase().replaceAll(/..(?=.)/g, '$&:'),
      `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    ]
    const token = await server.token({ cnf: { 'x5t#S256': x5t } })
    const answerTo = async (certificate: string | Uint8Array | undefined, sent = token) => {
      const options = { ...server.options(), certificate: async () => certificate }
      return read(
        await protect(options, (_, { claims }) => Response.json(claims))(requestOf({ token: sent })),
      )
    }
    for (const form of forms) assert.equal((await answerTo(form)).status, 200, String(form))
    const another =
      '401 invalid_token The access token is bound to another certificate than that of the client'
    const broken = '-----BEGIN CERTIFICATE-----AAA=A-----END CERTIFICATE-----'
    for (const form of [undefined, '', 'x', broken, hex.replace(/^./, 'g'), `${x5t}=`, der.slice(1)])
      assert.equal((await answerTo(form)).line, another, String(form))
    // A token without a certificate in it needs none.
    assert.equal((await answerTo(undefined, await server.token())).status, 200)
  },

  'certificate: that of Cloudflare': async () => {
    const server = await Issuer.start()
    const hash = await digest(new Uint8Array(7))
    const token = await server.token({ cnf: { 'x5t#S256': hash.toString('base64url') } })
    const handler = protect(
      { ...server.options(), certificate: cloudflareCertificate },
      () => new Response('{}'),
    )
    const statusWith = async (tlsClientAuth: unknown) => {
      const request = requestOf({ token })
      Object.defineProperty(request, 'cf', { value: { tlsClientAuth } })
      return (await handler(request)).status
    }
    const certFingerprintSHA256 = hash.toString('hex')
    assert.equal(await statusWith({ certPresented: '1', certFingerprintSHA256 }), 200)
    for (const tlsClientAuth of [
      { certPresented: '0', certFingerprintSHA256 },
      { certPresented: '1', certFingerprintSHA256: '' },
      {},
      undefined,
    ])
      assert.equal(await statusWith(tlsClientAuth), 401)
    assert.equal((await handler(requestOf({ token }))).status, 401)
  },

  'both: a token that is bound to a key and a certificate needs both': async () => {
    const { server, jkt, prove } = await start()
    const x5t = 'A'.repeat(43)
    const token = await server.token({ cnf: { jkt, 'x5t#S256': x5t } })
    const proof = await prove({ claims: { ath: await hashOf(token) } })
    const answerTo = async (
      certificate: string | undefined,
      sent: { proof?: string; authorization: string },
    ) =>
      (
        await protect(
          { ...server.options(), certificate: () => certificate },
          () => new Response('{}'),
        )(requestOf(sent))
      ).status
    const authorization = `DPoP ${token}`
    assert.equal(await answerTo(x5t, { authorization, proof }), 200)
    assert.equal(await answerTo(x5t, { authorization }), 401)
    assert.equal(await answerTo(x5t, { authorization: `Bearer ${token}` }), 401)
    assert.equal(await answerTo(undefined, { authorization, proof }), 401)
  },
}
