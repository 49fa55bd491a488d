import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { pathOf, register, registerPath, typed } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { answerOf, codeRequest, obtainCode, postToken } from '../flow.ts'
import { addUser, applySchema, issuer, startServer } from '../server.ts'

const server = startServer()
let ada: Browser

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
})

describe('registering starts from the kind', () => {
  it.each([
    ['', 'confidential', 'authorization-code', 'A page of your server'],
    ['?kind=web', 'confidential', 'authorization-code', 'A page of your server'],
    ['?kind=spa', 'public', 'authorization-code', 'Scripts from its origin'],
    ['?kind=native', 'public', 'authorization-code', 'com.example.app:/callback'],
    ['?kind=machine', 'confidential', 'client-credentials', 'nobody is sent anywhere'],
    ['?kind=<b>', 'confidential', 'authorization-code', 'A page of your server'],
  ])('%s chooses what follows from it', async (query, client_type, authorization_grant_type, hint) => {
    const page = await ada.get(registerPath + query)
    expect(page.forms[0]?.fields).toMatchObject({ client_type, authorization_grant_type })
    expect(page.text).toContain(hint)
    expect(page.html).not.toContain('<b>')
  })

  it('and keeps it when the form comes back', async () => {
    const page = await (await ada.get(`${registerPath}?kind=native`)).submit({ name: '' })
    expect([page.status, page.text.includes('com.example.app:/callback')]).toEqual([400, true])
    const machine = await (await ada.get(`${registerPath}?kind=machine`)).submit({ name: 'Job' })
    expect(machine.text).toContain('Application registered')
  })
})

describe('the page of an application', () => {
  it('runs the flow to each redirect URI', async () => {
    const uris = ['https://app.example/callback', 'http://localhost:3000/cb?a=1&b=2']
    const known = await register(ada, { redirect_uris: uris.join('\n') })
    const { html } = await ada.get(pathOf(known))
    const links = [...html.matchAll(/href="([^"]+)" aria-label="Test ([^"]+)"/g)].map(
      ([, href = '', label = '']) => ({
        href: href.replaceAll('&amp;', '&'),
        uri: label.replaceAll('&amp;', '&'),
      }),
    )
    expect(links.map(({ uri }) => uri)).toEqual(uris)
    for (const { href, uri } of links) {
      const answer = await (await ada.get(href.replace(issuer, ''))).submit({ decision: 'authorize' })
      expect(answer.location.startsWith(uri)).toBe(true)
      expect(answerOf(answer).get('code')).toMatch(/^lkc_/)
    }
  })

  it.each([
    [
      'confidential',
      ['openid-client', 'Auth.js', 'Authlib', 'Spring', 'go-oidc', 'Postman'],
      ['oidc-client-ts'],
    ],
    [
      'public',
      ['oidc-client-ts', 'openid-client', 'Authlib', 'Spring', 'go-oidc', 'Postman'],
      ['YOUR_SECRET', 'Auth.js'],
    ],
  ])('has code for a %s application, filled in', async (client_type, has, hasNot) => {
    const hostile = `https://app.example/cb?a="'${'`'}$(x)</script>`
    const known = await register(ada, { client_type, redirect_uris: hostile })
    const { html, text } = await ada.get(pathOf(known))
    for (const name of has) expect(text).toContain(name)
    for (const name of hasNot) expect(text).not.toContain(name)
    const blocks = [...html.matchAll(/<pre id="snippet-[^>]*>([^<]*)<\/pre>/g)].map(([, block = '']) => block)
    expect(blocks.length).toBeGreaterThan(5)
    for (const block of blocks) expect(block).toContain(known.client.id)
    // As one string of JavaScript, Python, Go or YAML.
    expect(text).toContain(`"https://app.example/cb?a=\\"'\`$(x)</script>"`)
    expect(html).not.toContain('(x)</script>')
  })

  it('has code for one that works for itself', async () => {
    const job = await register(ada, { authorization_grant_type: 'client-credentials', redirect_uris: '' })
    const { text, html } = await ada.get(pathOf(job))
    for (const name of ['clientCredentialsGrant', 'OAuth2Session', 'clientcredentials.Config'])
      expect(text).toContain(name)
    expect(html).not.toContain('/claims"')
    expect((await ada.get(pathOf(job, '/claims'))).status).toBe(404)
  })
})

describe('on an Arabic page', () => {
  it('code and what is typed keep their direction', async () => {
    const known = await register(ada)
    const { html } = await ada.get(pathOf(known, '?ui_locales=ar'))
    expect(html).toContain('<html lang="ar" dir="rtl">')
    const code = [...html.matchAll(/<pre id=[^>]*>/g)].map(([tag]) => tag)
    expect(code.length).toBeGreaterThan(5)
    expect(code.filter((tag) => !tag.includes('dir="ltr"'))).toEqual([])
    const form = await ada.get(pathOf(known, '/update?ui_locales=ar'))
    expect(form.html).toMatch(/<textarea id="redirect_uris"[^>]*dir="auto"/)
  })
})

describe('the preview of claims', () => {
  const ofTokens = ['exp', 'iat', 'nonce', 'at_hash']
  const without = (claims: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(claims).filter(([name]) => !ofTokens.includes(name)))
  const shownAt = (html: string, id: string) => {
    const text = new RegExp(`<pre id="${id}"[^>]*>([^<]*)</pre>`).exec(html)?.[1] ?? ''
    return JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
  }

  it.each([
    ['as usual', {}],
    [
      'with claims in ID tokens and identifiers of its own',
      { claims_in_id_token: 'yes', subject_type: 'pairwise' },
    ],
  ])('is what ID token and userinfo hold, %s', async (_, policy) => {
    await env.DB.prepare(`UPDATE users SET profile = ? WHERE username = 'ada'`)
      .bind(JSON.stringify({ given_name: 'Ada', family_name: 'Lovelace & co', locale: 'en-GB' }))
      .run()
    const known = await register(ada, typed)
    const scope = 'openid profile email'
    await (await ada.get(pathOf(known, '/policy'))).submit({ scope, ...policy })
    const { html } = await ada.get(pathOf(known, '/claims'))

    const code = await obtainCode(ada, known, { scope, nonce: 'n' })
    const response = await postToken(server, codeRequest(known, code))
    const tokens: { id_token: string; access_token: string } = await response.json()
    const idToken = JSON.parse(Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString())
    expect(without(shownAt(html, 'id_token'))).toEqual(without(idToken))
    const userinfo = await server.fetch('/o/userinfo', {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    })
    expect(shownAt(html, 'userinfo')).toEqual(await userinfo.json())
  })

  it('is nobody else’s', async () => {
    const known = await register(ada)
    const eve = await server.signedIn(await addUser('eve'))
    expect((await eve.get(pathOf(known, '/claims'))).status).toBe(404)
  })
})
