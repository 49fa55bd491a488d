import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { nodeGuard, protect } from '../../src/node.ts'
import { type Answered, api, type Cases, read } from '../ask.ts'
import { audience, Issuer } from '../issuer.ts'

/** Serves during `use`; passes the port and a function that sends a request. */
async function serving(
  listener: RequestListener,
  use: (
    port: number,
    ask: (path: string, token?: string, method?: string) => Promise<Answered>,
  ) => Promise<void>,
): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const { port } = address
  try {
    await use(port, async (path, token, method = 'GET') => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
      return read(await fetch(`http://127.0.0.1:${port}${path}`, { method, headers }))
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Node's http, for the runtimes that support it as a server. */
export const cases: Cases = {
  'a listener that requires a token': async () => {
    const server = await Issuer.start()
    const listener = protect(server.options({ scopes: ['read'] }), (_, response, { claims }) => {
      response.end(JSON.stringify({ sub: claims.sub }))
    })
    await serving(listener, async (_, ask) => {
      assert.deepEqual((await ask('/hello', await server.token())).body, { sub: 'ada' })
      const refused = await ask('/hello')
      assert.deepEqual(
        [refused.status, refused.challenge.realm, refused.challenge.error],
        [401, audience, undefined],
      )
      assert.equal((await ask('/hello', 'garbage')).challenge.error, 'invalid_token')
      assert.equal((await ask('/hello', await server.token({ scope: 'write' }))).status, 403)
      server.down.add('/keys')
      server.now += 4200
      assert.equal((await ask('/hello', await server.token())).status, 503)
    })
  },

  'the metadata document, and HEAD of it': async () => {
    const server = await Issuer.start()
    const listener = protect(server.options(), (_, response) => void response.end('{}'))
    await serving(listener, async (_, ask) => {
      const path = '/.well-known/oauth-protected-resource'
      assert.equal((await ask(path)).body.resource, audience)
      assert.equal((await ask(path, undefined, 'HEAD')).status, 200)
      assert.equal((await ask(path, undefined, 'DELETE')).status, 405)
    })
  },

  'DPoP with publicUrl, and a proof is used up once per request': async () => {
    const server = await Issuer.start()
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)
    const token = await server.token({ cnf: { jkt: await calculateJwkThumbprint(jwk) } })
    const ath = createHash('sha256').update(token).digest('base64url')
    const claims = { jti: 'once', htm: 'GET', htu: `${audience}/notes`, iat: server.now, ath }
    const proof = await new SignJWT(claims)
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(privateKey)
    const used = new Set<string>()
    const isFirstUse = (id: string) => !used.has(id) && used.add(id).has(id)
    const guard = nodeGuard(server.options({ isFirstUse }))
    const listener: RequestListener = async (request, response) => {
      await guard.check(request, response)
      if (!response.headersSent && (await guard.check(request, response))) response.end('{}')
    }
    await serving(listener, async (port) => {
      const headers = { authorization: `DPoP ${token}`, dpop: proof }
      const status = async () => (await fetch(`http://127.0.0.1:${port}/notes?x=1`, { headers })).status
      assert.deepEqual([await status(), await status()], [200, 401])
    })
    // Nothing but the Host header, which a sender chooses, would say what a proof is for.
    const unnamed = protect(server.options({ audience: 'notes' }), (_, response) => void response.end('{}'))
    await serving(unnamed, async (_, ask) => {
      assert.equal((await ask('/notes')).challenge.algs, undefined)
    })
    assert.throws(() => nodeGuard(server.options({ audience: 'notes', requireBound: true })), TypeError)
  },

  'the needs of one route': async () => {
    const server = await Issuer.start()
    const guard = nodeGuard(server.options({ scopes: ['read'] }))
    const listener: RequestListener = (request, response) =>
      void guard.check(request, response, { scopes: ['admin'] }).then((token) => token && response.end('{}'))
    await serving(listener, async (_, ask) => {
      const { status, challenge } = await ask('/', await server.token())
      assert.deepEqual([status, challenge.scope], [403, 'read admin'])
      assert.equal((await ask('/', await server.token({ scope: 'read admin' }))).status, 200)
    })
  },

  'many requests at once ask the server once': async () => {
    // Not in a Worker: there no request can wait for a promise of another one.
    const server = await Issuer.start()
    const ask = api(server.options())
    const token = await server.token()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ token })))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
    assert.equal(server.asked.length, 2)
  },

  'two Authorization headers are not one token': async () => {
    const server = await Issuer.start()
    const listener = protect(server.options(), (_, response) => void response.end('{}'))
    const token = await server.token()
    await serving(listener, async (port) => {
      const socket = connect(port, '127.0.0.1')
      const header = `Authorization: Bearer ${token}\r\n`
      socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${header}${header}\r\n`)
      const parts: string[] = []
      for await (const part of socket) parts.push(String(part))
      // Node passes both on, and the guard answers 400; a runtime may refuse such a request itself.
      assert.match(parts.join(''), /^HTTP\/1\.1 400 /)
    })
  },
}
