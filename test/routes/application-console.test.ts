import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { registeredGrantTypes } from '../../src/rules/clients/client.ts'
import { pathOf, register, registerPath, shown, typed } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { answerOf, codeRequest, errorOf, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addUser, applySchema, issuer, startServer } from '../server.ts'

const server = startServer()
let ada: Browser

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
})

describe('registration starts with the kind', () => {
  it.each([
    ['', 'web'],
    ['?kind=spa', 'spa'],
    ['?kind=<b>', 'web'],
  ])('%s is a choice of the form', async (query, kind) => {
    const page = await ada.get(registerPath + query)
    expect(page.forms[0]?.fields).toMatchObject({
      kind,
      client_type: 'by-kind',
      authorization_grant_type: 'by-kind',
    })
    expect(page.html).not.toContain('<b>')
    expect(page.html).not.toContain('<details open')
  })

  it.each([
    ['web', 'confidential', 'authorization-code'],
    ['spa', 'public', 'authorization-code'],
    ['native', 'public', 'authorization-code'],
    ['machine', 'confidential', 'client-credentials'],
  ])('%s decides the client type and the grant', async (kind, type, grant) => {
    const page = await ada.get(registerPath)
    await page.submit({ name: `A ${kind}`, kind, redirect_uris: 'https://app.example/callback' })
    const made = await env.DB.prepare('SELECT type, grant_type FROM clients WHERE name = ?')
      .bind(`A ${kind}`)
      .first()
    expect(made).toEqual({ type, grant_type: grant })
  })

  it('a machine does not keep the redirect URI that the form began with', async () => {
    const page = await ada.get(registerPath)
    expect(page.forms[0]?.fields.redirect_uris).toBe('http://localhost:8000/playground/callback')
    await page.submit({ name: 'Job', kind: 'machine' })
    const made = await env.DB.prepare(`SELECT redirect_uris FROM clients WHERE name = 'Job'`).first()
    expect(made).toEqual({ redirect_uris: '[]' })
  })

  it('unless the form says otherwise', async () => {
    const typed = { name: 'Own', kind: 'spa', redirect_uris: 'https://app.example/callback' }
    const page = await ada.get(registerPath)
    await page.submit({ ...typed, client_type: 'confidential' })
    const made = await env.DB.prepare(`SELECT type, grant_type FROM clients WHERE name = 'Own'`).first()
    expect(made).toEqual({ type: 'confidential', grant_type: 'authorization-code' })
  })

  it.each(['', '?kind=machine'])('%s offers all other grants as further ones', async (query) => {
    const { html } = await ada.get(registerPath + query)
    const offered = [...html.matchAll(/name="further_grant_types" value="([^"]+)"/g)]
    expect(offered).toHaveLength(registeredGrantTypes.length - 1)
  })

  it('and keeps it, with all that was typed, when the form is shown again', async () => {
    const typed = {
      name: 'Kept',
      kind: 'native',
      redirect_uris: 'ftp://x',
      post_logout_redirect_uris: 'ftp://y',
    }
    const page = await (await ada.get(registerPath)).submit(typed)
    expect(page.status).toBe(400)
    expect(page.forms[0]?.fields).toMatchObject(typed)
    // A problem is never behind a closed door.
    expect(page.html).toContain('<details open')
  })
})

describe('the tabs of an application', () => {
  const tabs = ['', '/settings', '/credentials', '/activity', '/danger']
  const tabsOf = (html: string) => /<nav class="tabs".*?<\/nav>/s.exec(html)?.[0] ?? ''

  it('are pages that link to each other, and each marks itself', async () => {
    const known = await register(ada)
    for (const tab of tabs) {
      const links = [
        ...tabsOf((await ada.get(pathOf(known, tab))).html).matchAll(
          /href="([^"]+)"( aria-current="page")?/g,
        ),
      ]
      expect(links.map(([, href]) => href)).toEqual(tabs.map((other) => pathOf(known, other)))
      expect(links.filter(([, , current]) => current).map(([, href]) => href)).toEqual([pathOf(known, tab)])
    }
  })

  it('keep destructive acts on the last one, and suspension for administrators', async () => {
    const known = await register(ada)
    const root = await server.signedIn(await addUser('root-of-tabs', 'administrator'))
    const ends = (html: string) =>
      [...html.matchAll(/href="[^"]*\/(secrets|suspension|delete)"/g)].map(([, name]) => name)
    for (const tab of ['', '/settings', '/activity'])
      expect([tab, ...ends((await root.get(pathOf(known, tab))).html)]).toEqual([tab])
    expect(ends((await ada.get(pathOf(known, '/danger'))).html)).toEqual(['secrets', 'delete'])
    expect(ends((await root.get(pathOf(known, '/danger'))).html)).toEqual(['secrets', 'suspension', 'delete'])
    const spa = await register(ada, { client_type: 'public' })
    expect(ends((await ada.get(pathOf(spa, '/danger'))).html)).toEqual(['delete'])
    expect((await ada.get(pathOf(spa, '/credentials'))).text).toContain('has no secret')
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
  ])('shows code for a %s application, filled in', async (client_type, has, hasNot) => {
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

  it.each([
    ['http://localhost:4444/oauth2/callback', ['"localhost:4444"', 'false']],
    ['https://app.example/oauth2/callback', ['"127.0.0.1:4180"', 'true']],
  ])('has oauth2-proxy listen at %s', async (redirect_uris, said) => {
    const { text } = await ada.get(
      pathOf(await register(ada, { client_type: 'confidential', redirect_uris })),
    )
    expect(/http_address = (\S+)\s+cookie_secure = (\w+)/.exec(text)?.slice(1)).toEqual(said)
  })

  it('names the setting that a library needs, and opens the form with it, without changing anything', async () => {
    const known = await register(ada, { client_type: 'public' })
    expect((await ada.get(pathOf(known))).text).toContain('It needs “Refresh tokens”: Not issued.')
    const confidential = await register(ada, { client_type: 'confidential' })
    const page = await ada.get(pathOf(confidential))
    expect(page.text).toContain('Only an administrator can set it.')
    expect(page.html).toContain('/docs/recipes/auth-js.md"')
    expect(page.html).not.toContain('set=no-pkce')
    const checked = (html: string) => /name="refresh_tokens" value="(\w+)"[^>]* checked/.exec(html)?.[1]
    const policy = pathOf(known, '/policy')
    for (const [query, value] of [
      ['?set=no-refresh-tokens', 'no'],
      ['?set=refresh_tokens', 'yes'],
      ['?refresh_tokens=no', 'yes'],
      ['?set=toString', 'yes'],
      ['', 'yes'],
    ] as const) {
      expect([query, checked((await ada.get(policy + query)).html)]).toEqual([query, value])
    }
    const exception = pathOf(confidential, '/policy?set=no-pkce')
    expect((await ada.get(exception)).html).not.toContain('name="pkce"')
    const root = await server.signedIn(await addUser('root', 'administrator'))
    const form = await root.get(exception)
    expect(form.html).toMatch(/name="pkce" value="optional"[^>]* checked/)

    await (await ada.get(`${policy}?set=no-refresh-tokens`)).submit({
      scope: 'openid profile',
      refresh_tokens: 'no',
    })
    expect((await ada.get(pathOf(known))).text).toContain('“Refresh tokens” is “Not issued”, as it needs.')
  })

  it('shows code for one without users', async () => {
    const job = await register(ada, { authorization_grant_type: 'client-credentials', redirect_uris: '' })
    const { text, html } = await ada.get(pathOf(job))
    for (const name of ['clientCredentialsGrant', 'OAuth2Session', 'clientcredentials.Config'])
      expect(text).toContain(name)
    expect(html).not.toContain('/claims"')
    expect((await ada.get(pathOf(job, '/claims'))).status).toBe(404)
  })
})

describe('on an Arabic page', () => {
  it('code and input keep their direction', async () => {
    const known = await register(ada)
    const { html } = await ada.get(pathOf(known, '?ui_locales=ar'))
    expect(html).toContain('<html lang="ar" dir="rtl">')
    const code = [...html.matchAll(/<pre id=[^>]*>/g)].map(([tag]) => tag)
    expect(code.length).toBeGreaterThan(5)
    expect(code.filter((tag) => !tag.includes('dir="ltr"'))).toEqual([])
    const form = await ada.get(pathOf(known, '/update?ui_locales=ar'))
    expect(form.html).toMatch(/<textarea id="redirect_uris"[^>]*dir="auto"/)
    // The buttons that add a line need a script, which shows them.
    expect(form.html).toMatch(/<div [^>]*data-add="redirect_uris" hidden/)
  })
})

describe('the preview of claims', () => {
  const ofTokens = ['exp', 'iat', 'nonce', 'at_hash', 'authorization_id']
  const without = (claims: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(claims).filter(([name]) => !ofTokens.includes(name)))
  const shownAt = (html: string, id: string) => {
    const text = new RegExp(`<pre id="${id}"[^>]*>([^<]*)</pre>`).exec(html)?.[1] ?? ''
    return JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
  }

  it.each([
    ['as usual', {}],
    [
      'with claims in ID tokens and pairwise identifiers',
      { claims_in_id_token: 'yes', subject_type: 'pairwise' },
    ],
  ])('shows what ID token and userinfo contain, %s', async (_, policy) => {
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

  it('is for its owner only', async () => {
    const known = await register(ada)
    const eve = await server.signedIn(await addUser('eve'))
    expect((await eve.get(pathOf(known, '/claims'))).status).toBe(404)
  })
})

// The clock moves here.
describe('the page of an application for devices', () => {
  const device = { authorization_grant_type: 'device-code', redirect_uris: '', client_type: 'public' }
  const poll = (html: string) => {
    const command = /<pre id="device_token_request"[^>]*>([^<]*)</.exec(html)?.[1] ?? ''
    return Object.fromEntries(
      [...command.matchAll(/-d (\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    )
  }
  const waiting = () => env.DB.prepare('SELECT count(*) AS n FROM device_authorizations').first<number>('n')

  it('shows the code, as a QR code too, and the command that gets the tokens', async () => {
    const known = await register(ada, device)
    expect((await ada.get(pathOf(known))).html).toContain(`href="${pathOf(known, '/device')}"`)
    const before = await waiting()
    const start = await ada.get(pathOf(known, '/device'))
    expect(await waiting()).toBe(before)
    const page = await start.submit({})
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(page.html).toContain('role="img"')
    const code = shown(page, 'user_code')
    expect(page.html).toContain(`href="${issuer}/o/device?user_code=${code}"`)
    expect(await errorOf(await postToken(server, poll(page.html)))).toBe('400 authorization_pending')
    server.now += 6
    const asked = await (await ada.get(`/o/device?user_code=${code}`)).submit({ user_code: code })
    await asked.submit({ decision: 'authorize' })
    expect(await tokensOf(await postToken(server, poll(page.html)))).toHaveProperty('access_token')
  })

  it('shows where the secret goes, if there is one', async () => {
    const known = await register(ada, { ...device, client_type: 'confidential' })
    const page = await (await ada.get(pathOf(known, '/device'))).submit({})
    expect(page.text).toContain(`-u '${known.client.id}:YOUR_SECRET'`)
    expect(page.text).toContain('Put your secret into it.')
  })

  it('creates no code while it is suspended', async () => {
    const known = await register(ada, device)
    await env.DB.prepare('UPDATE clients SET suspended_at = 1 WHERE id = ?').bind(known.client.id).run()
    const page = await (await ada.get(pathOf(known, '/device'))).submit({})
    expect([page.status, page.text.includes('No code was created.')]).toEqual([400, true])
  })

  it('is only for its owner and administrators, and for this grant', async () => {
    const known = await register(ada, device)
    const bob = await server.signedIn(await addUser('bob-of-devices'))
    expect((await bob.get(pathOf(known, '/device'))).status).toBe(404)
    expect((await ada.get(pathOf(await register(ada), '/device'))).status).toBe(404)
    const both = await register(ada, { further_grant_types: 'device-code' })
    const { html } = await ada.get(pathOf(both))
    expect([html.includes('id="authorization_url"'), html.includes(pathOf(both, '/device'))]).toEqual([
      true,
      true,
    ])
  })
})
