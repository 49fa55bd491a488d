import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { askServer } from '../../scripts/remote/health.ts'

async function serve<T>(answer: RequestListener, use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://localhost:${(server.address() as AddressInfo).port}`)
  } finally {
    server.close()
  }
}

describe('npm run doctor -- --remote', () => {
  it('checks the issuer, the keys, the clock and CORS', async () => {
    const facts = await serve(({ method, url, headers }, response) => {
      const origin = `http://${headers.host}`
      const metadata = {
        issuer: 'https://id.example.com',
        jwks_uri: `${origin}/jwks`,
        token_endpoint: `${origin}/o/token`,
      }
      response.setHeader('Date', new Date(Date.now() - 100_000).toUTCString())
      if (method === 'OPTIONS') response.setHeader('Access-Control-Allow-Origin', '*')
      response.end(JSON.stringify(url === '/jwks' ? { keys: [{}, {}] } : metadata))
    }, askServer)
    assert.ok(Math.abs((facts.clockOffset ?? 0) + 100) < 5)
    assert.deepEqual(
      { ...facts, asked: '', clockOffset: 0 },
      { asked: '', issuer: 'https://id.example.com', keys: 2, isCorsOpen: true, clockOffset: 0 },
    )
  })

  it('reports a server that is not an authorization server', async () => {
    const broken: RequestListener = (_request, response) => response.end('<html>')
    const facts = await serve(broken, askServer)
    assert.deepEqual([facts.issuer, facts.keys, facts.isCorsOpen], [undefined, 0, false])
  })
})
