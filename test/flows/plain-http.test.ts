import { createExecutionContext, env } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { applySchema, startedAt } from '../server.ts'

const issuer = 'https://id.example.com'
const app = createApp({ ...parseConfig({ ...env }), issuer }, () => startedAt)

const send = (url: string, init?: RequestInit) =>
  app.fetch(new Request(url, { redirect: 'manual', ...init }), { ...env }, createExecutionContext())

beforeAll(applySchema)

/** Every URL of the app with its methods; parameters are filled in. */
const routes = app.routes
  .filter(({ method, path }) => method !== 'ALL' && path !== '/*')
  .map(({ method, path }) => ({ method, path: path.replaceAll(/:\w+/g, 'x') }))

/** A body that records whether it was read. */
function watchedBody() {
  const seen = { pulled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.pulled = true
        controller.enqueue(new TextEncoder().encode('client_secret=secret'))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return { seen, body }
}

describe('plain http, where the issuer is https (RFC 6749 §3.1, §3.2)', () => {
  it('is refused at every URL, before its body is read', async () => {
    const counts = { pages: 0, machines: 0 }
    for (const { method, path } of routes) {
      const { seen, body } = watchedBody()
      const init = method === 'POST' ? { body, duplex: 'half' } : {}
      const response = await send(`http://id.example.com${path}?state=a%20b`, { method, ...init })
      expect(response.headers.get('Strict-Transport-Security')).toBeNull()
      expect([path, seen.pulled, response.headers.get('Set-Cookie')]).toEqual([path, false, null])
      if (response.status === 308) {
        counts.pages += 1
        expect(response.headers.get('Location')).toBe(`${issuer}${path}?state=a%20b`)
      } else {
        counts.machines += 1
        expect([method, path, response.status]).toEqual([method, path, 400])
        expect(await response.json()).toMatchObject({
          error: 'invalid_request',
          error_description: `Use https: the issuer is ${issuer}`,
        })
      }
    }
    expect(counts.pages).toBeGreaterThan(60)
    expect(counts.machines).toBeGreaterThan(8)
  })

  it('is refused at unknown paths too', async () => {
    const page = await send('http://id.example.com/nowhere', { headers: { Accept: 'text/html' } })
    expect([page.status, page.headers.get('Location')]).toEqual([308, `${issuer}/nowhere`])
    expect((await send('http://id.example.com/nowhere')).status).toBe(400)
  })

  it('is neither faked nor hidden by a header', async () => {
    const headers = { 'X-Forwarded-Proto': 'https', Forwarded: 'proto=https' }
    expect((await send('http://id.example.com/login', { headers })).status).toBe(308)
    const https = await send(`${issuer}/login`, { headers: { 'X-Forwarded-Proto': 'http' } })
    expect(https.status).toBe(200)
    expect(https.headers.get('Strict-Transport-Security')).toMatch(/^max-age=/)
  })

  it('works in development, where the issuer is http itself', async () => {
    const local = createApp(parseConfig({ ...env }), () => startedAt)
    const request = new Request('http://localhost:8000/login')
    expect((await local.fetch(request, { ...env }, createExecutionContext())).status).toBe(200)
  })
})
