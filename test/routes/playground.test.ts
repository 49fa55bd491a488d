import { beforeAll, describe, expect, it } from 'vitest'
import { addUser, applySchema, issuer, startServer } from '../server.ts'
import { playground } from '../texts/playground.ts'

beforeAll(applySchema)

const server = startServer()

describe('the playground', () => {
  it('is one page for everybody, in every place, and sets no cookie', async () => {
    const { html } = await server.browser().get('/playground')
    const member = await server.signedIn(await addUser('ada', 'administrator'))
    for (const [browser, path] of [
      [server.browser(), '/playground/callback?code=lkc_x&state=y'],
      [server.browser(), '/playground/'],
      [server.browser(), '/playground?client_id=<script>alert(1)</script>'],
      [member, '/playground'],
    ] as const) {
      const page = await browser.get(path)
      expect([path, page.status, page.html]).toEqual([path, 200, html])
      expect(page.headers.getSetCookie()).toEqual([])
      expect(page.headers.get('Referrer-Policy')).toBe('same-origin')
    }
  })

  it('uses the language of the browser', async () => {
    const page = await server.fetch('/playground', { headers: { 'Accept-Language': 'ar' } })
    const html = await page.text()
    expect(html).toContain('<html lang="ar" dir="rtl">')
    expect(html).toContain(playground.ar.page.exchangeButton)
  })

  it('contains full URLs of the server, so that it can be served elsewhere', async () => {
    const check = async (on: typeof server, base: string, prefix: string) => {
      const { html } = await on.browser().get('/playground')
      for (const part of [
        `data-issuer="${base}"`,
        `data-authorize="${base}${prefix}/authorize"`,
        `data-token="${base}${prefix}/token"`,
        `data-metadata="${base}/.well-known/oauth-authorization-server"`,
        `href="${base}${prefix}/applications/register"`,
      ])
        expect(html).toContain(part)
      const links = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href)
      const inside = links.filter((href) => !href?.startsWith(`${base}/`) && !href?.startsWith('#'))
      expect(inside).toEqual(['/playground'])
    }
    await check(server, issuer, '/o')
    await check(startServer({ config: { oauthPath: '/oauth2' } }), issuer, '/oauth2')
  })

  it('runs only its own scripts, and calls the server, and APIs by https or on this machine', async () => {
    const { html, headers } = await server.browser().get('/playground')
    expect(headers.get('Content-Security-Policy')?.split('; ').sort()).toEqual([
      "base-uri 'none'",
      `connect-src 'self' ${issuer} https: http://localhost:* http://127.0.0.1:*`,
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
    ])
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style| style="| on\w+="|href="javascript:/)
    for (const [, source] of html.matchAll(/<script src="([^"]*)"/g))
      expect(source).toMatch(/^\/[a-z/]+\.js$/)
  })

  it('says what to do without JavaScript', async () => {
    const { html } = await server.browser().get('/playground')
    const hidden = /<noscript>(.*?)<\/noscript>/s.exec(html)?.[1]
    expect(hidden).toContain('which is off in this browser. Turn it on')
    expect(html).toContain('<div id="steps" hidden')
  })

  it('answers GET, not POST', async () => {
    const answer = await server.browser().post('/playground/callback', { code: 'lkc_x' })
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET'])
  })
})
