import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import {
  accepts,
  carriedTo,
  pathOf,
  register,
  registeredOn,
  registerPath,
  sendRegistration,
  titleOf,
  typed,
} from '../applications.ts'
import type { Browser, Page } from '../browser.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import {
  authorizePath,
  codeRequest,
  errorOf,
  introspect,
  type Known,
  obtainCode,
  postToken,
  refreshRequest,
  tokensOf,
} from '../flow.ts'
import { addUser, applySchema, startedAt, startServer } from '../server.ts'

/** One person registers many here. */
const quotas = { ...parseConfig({ ...env }).quotas, applications: 1000 }
const config = { quotas }
const server = startServer({ config })
let ada: Browser

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
})

const faults: [string, () => ReturnType<typeof startServer>][] = [
  ['as usual', () => server],
  ['with every batch executed twice', () => startServer({ config, bindings: { DB: everyBatchTwice() } })],
  ['with every first answer lost', () => startServer({ config, bindings: { DB: everyFirstAnswerLost() } })],
]

const count = async (sql: string, ...values: string[]) =>
  Number(
    await env.DB.prepare(`SELECT count(*) AS n FROM ${sql}`)
      .bind(...values)
      .first('n'),
  )

const fourTimes = <T>(send: () => Promise<T>) => Promise.all([send(), send(), send(), send()])

describe('registering', () => {
  it('a confidential application shows a secret that works, and stores only its hash', async () => {
    const page = await sendRegistration(ada, { name: 'Diary' })
    expect([page.status, titleOf(page)]).toEqual([200, 'Application registered · Latchkey'])
    expect(page.headers.get('Cache-Control')).toBe('no-store')
    const diary = registeredOn(page)
    expect(diary.secret).toMatch(/^lk_[A-Za-z0-9_-]{43}$/)
    const tokens = await tokensOf(await postToken(server, codeRequest(diary, await obtainCode(ada, diary))))
    expect(tokens.scope).toBe('read write')
    expect(page.html).toMatch(/href="data:text\/plain[^"]+CLIENT_SECRET%3Dlk_[^"]+" download=".env"/)
    const { text } = await ada.get(pathOf(diary, '/settings'))
    expect(text).toContain('Scopes read, write, openid, profile, email, offline_access Redirect')

    const wrong = { ...diary, secret: `${diary.secret.slice(0, -1)}!` }
    expect([await accepts(server, diary), await accepts(server, wrong)]).toEqual([true, false])
    for (const path of [pathOf(diary), pathOf(diary, '/update'), '/o/applications']) {
      expect((await ada.get(path)).html).not.toContain(diary.secret)
    }
    const tables = await env.DB.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all()
    const names = tables.results.map(({ name }) => `${name}`).filter((name) => !name.startsWith('_cf'))
    const rows = await env.DB.batch(names.map((name) => env.DB.prepare(`SELECT * FROM ${name}`)))
    expect(rows.length).toBeGreaterThan(10)
    expect(JSON.stringify(rows)).not.toContain(diary.secret.slice(3))
  })

  it('a public application gets none, and needs none', async () => {
    const page = await sendRegistration(ada, { client_type: 'public' })
    const spa = registeredOn(page, { ...typed, client_type: 'public' })
    const detail = await ada.get(page.location)
    expect(detail.text).toContain('Saved')
    expect(detail.text).not.toContain('Client secret')
    expect((await ada.get(pathOf(spa, '/secrets'))).status).toBe(404)
    await tokensOf(await postToken(server, codeRequest(spa, await obtainCode(ada, spa))))
  })

  it('keeps Postman’s address exactly, and the other input', async () => {
    const postman = 'https://www.getpostman.com/oauth2/callback'
    const known = await register(ada, {
      name: '  Café ',
      redirect_uris: `\r\n ${postman} \r\nhttp://localhost:3000/cb?a=%20B\r\n`,
      post_logout_redirect_uris: 'https://APP.example/Bye',
      allowed_origins: 'https://spa.example/',
    })
    expect((await ada.get(pathOf(known, '/update'))).forms[0]?.fields).toMatchObject({
      name: 'Café',
      client_type: 'confidential',
      authorization_grant_type: 'authorization-code',
      redirect_uris: `${postman}\nhttp://localhost:3000/cb?a=%20B`,
      post_logout_redirect_uris: 'https://APP.example/Bye',
      allowed_origins: 'https://spa.example',
    })
    const asked = (redirect_uri: string) => ada.get(authorizePath(known, { redirect_uri }))
    expect((await asked(postman)).status).toBe(200)
    for (const near of [`${postman}/`, postman.toUpperCase(), `${postman}?`, `${postman}#`]) {
      expect((await asked(near)).text).toContain('This address is not registered')
    }
  })

  it('an application with client credentials', async () => {
    const job = await register(ada, { authorization_grant_type: 'client-credentials', redirect_uris: '' })
    const request = { grant_type: 'client_credentials', client_id: job.client.id, client_secret: job.secret }
    expect((await postToken(server, request)).status).toBe(200)
  })

  it.each(faults)('with one form sent twice, and four times at once, creates one, %s', async (_, start) => {
    const faulty = start()
    const name = `Once ${crypto.randomUUID()}`
    const form = await carriedTo(faulty, ada).get(registerPath)
    const send = () => form.submit({ ...typed, name })
    const answers = [...(await fourTimes(send)), await send()]
    const known = registeredOn(answers[0] ?? (await send()))
    for (const answer of answers) expect(registeredOn(answer)).toEqual(known)
    expect(await count('clients WHERE name = ?', name)).toBe(1)
    expect(await count('client_secrets WHERE client_id = ?', known.client.id)).toBe(1)
    expect(await count('audit_events WHERE client_id = ?', known.client.id)).toBe(1)
    expect(await accepts(server, known)).toBe(true)
  })

  it('with the form changed in between, or opened again, creates another one', async () => {
    const form = await ada.get(registerPath)
    const ids = [
      registeredOn(await form.submit(typed)).client.id,
      registeredOn(await form.submit({ ...typed, name: 'Notes 2' })).client.id,
      (await register(ada)).client.id,
    ]
    expect(new Set(ids).size).toBe(3)
  })

  it('shows the secret again for five minutes only', async () => {
    const form = await ada.get(registerPath)
    const known = registeredOn(await form.submit(typed))
    server.now += 299
    expect(registeredOn(await form.submit(typed))).toEqual(known)
    server.now += 1
    const late = await form.submit(typed)
    server.now = startedAt
    expect([late.status, late.location]).toEqual([303, `${pathOf(known)}?saved=`])
  })
})

describe('an invalid form', () => {
  const uri = (line: string, reason: string, fix: string, changes = {}) => ({
    fields: ['redirect_uris', 'post_logout_redirect_uris'],
    line,
    reason,
    fix,
    changes,
  })
  const origin = (line: string, reason: string, fix: string) => ({
    ...uri(line, reason, fix),
    fields: ['allowed_origins'],
  })
  const lines = [
    uri('https://app.example/a b', 'has a space or a character outside ASCII', 'Percent-encode it'),
    uri('https://äpp.example/', 'has a space or a character outside ASCII', 'punycode'),
    uri('https:\\\\app.example\\cb', 'has a backslash', 'Use forward slashes.'),
    uri('https://*.example/cb', 'has a wildcard', 'Register each address in full.'),
    uri('https://app.example/cb#top', 'has a fragment', 'Remove the # and everything after it.'),
    uri('/callback', 'is not an absolute URI', 'like https://app.example/callback'),
    uri('https://ada:pw@app.example/', 'has a user name or password', 'Remove everything before the @.'),
    uri('javascript:alert(1)', 'uses javascript:', 'Use https.', { client_type: 'public' }),
    uri('mailto:ada@app.example', 'uses mailto:', 'a scheme of your own', { client_type: 'public' }),
    uri('https://app.example/cb?a=1&state=x', 'has state in its query', 'Use another name.'),
    uri('data:text/html,<script>x</script>', 'uses data:', 'Use https.'),
    uri('http://app.example/cb', 'uses http', 'Plain http is for localhost'),
    uri('com.example.app:/cb', 'uses the private scheme com.example.app:', 'choose the client type Public'),
    uri(`https://app.example/${'x'.repeat(1981)}`, 'has 2001 characters', 'Use at most 2000.'),
    origin('app.example', 'is not an origin', 'Write scheme, host and port, like https://app.example.'),
    origin('https://*.example', 'has a wildcard', 'Name each origin.'),
    origin('ftp://app.example', 'is not http or https', 'Use https.'),
    origin('http://app.example', 'uses http', 'Plain http is for localhost'),
    origin('https://app.example/path', 'is more than an origin', 'Write https://app.example'),
  ].flatMap(({ fields, ...rest }) => fields.map((field) => ({ field, ...rest })))

  const good: Record<string, string> = {
    redirect_uris: 'https://app.example/cb',
    post_logout_redirect_uris: 'https://app.example/bye',
    allowed_origins: 'https://app.example',
  }

  it.each(lines)('$field: $line', async ({ field, line, reason, fix, changes }) => {
    const name = `Broken ${crypto.randomUUID()}`
    const fields = { ...typed, ...good, ...changes, name, [field]: `\r\n${good[field]}\r\n${line}` }
    const page = await (await ada.get(registerPath)).submit(fields)
    expect([page.status, titleOf(page)]).toEqual([400, 'Error: Register an application · Latchkey'])
    const summary = /<div class="problems"[^>]*>.*?<\/div>/s.exec(page.html)?.[0] ?? ''
    for (const part of ['line 3', reason, fix, `href="#${field}"`]) expect(summary).toContain(part)
    expect(page.html).toContain(`id="${field}-problem"`)
    expect(page.forms[0]?.fields).toMatchObject(withBareNewlines(fields))
    expect(await count('clients WHERE name = ?', name)).toBe(0)
    const mended = await page.submit({ [field]: good[field] ?? '' })
    expect([200, 303]).toContain(mended.status)
    expect(await count('clients WHERE name = ?', name)).toBe(1)
  })

  it.each<[string, Record<string, string>, Record<string, RegExp>]>([
    ['no name', { name: ' ' }, { name: /Enter a name/ }],
    ['no redirect URI', { redirect_uris: '\n \n' }, { redirect_uris: /Enter a redirect URI/ }],
    [
      'too many lines',
      { redirect_uris: 'https://app.example/cb\n'.repeat(21) },
      { redirect_uris: /there are 21 lines. Use at most 20/ },
    ],
    ['an unknown type', { client_type: 'secret' }, { client_type: /Choose a client type/ }],
    [
      'an unknown grant',
      { authorization_grant_type: 'implicit' },
      { authorization_grant_type: /Choose an authorization grant type/ },
    ],
    [
      'client credentials without a secret',
      { client_type: 'public', authorization_grant_type: 'client-credentials' },
      { client_type: /can’t keep one. Choose Confidential/ },
    ],
    [
      'everything at once',
      { name: '', redirect_uris: '/x\n/y', post_logout_redirect_uris: '/z', allowed_origins: 'x' },
      {
        name: /Enter a name/,
        redirect_uris: /line 1.*line 2/,
        post_logout_redirect_uris: /line 1/,
        allowed_origins: /line 1/,
      },
    ],
  ])('%s', async (_, changes, problems) => {
    const page = await sendRegistration(ada, changes)
    expect([page.status, titleOf(page)]).toEqual([400, 'Error: Register an application · Latchkey'])
    for (const [field, text] of Object.entries(problems)) {
      expect(page.html).toContain(`href="#${field}"`)
      const shownAt = new RegExp(`id="${field}-problem">(.*?)</div>`, 's').exec(page.html)?.[1]
      expect(shownAt).toMatch(text)
    }
    // An invalid choice can’t be shown again; everything else is.
    const { client_type: _type, authorization_grant_type: _grant, ...kept } = { ...typed, ...changes }
    expect(page.forms[0]?.fields).toMatchObject(withBareNewlines(kept))
  })

  it('of an update keeps the input too, and changes nothing', async () => {
    const known = await register(ada)
    const before = (await ada.get(pathOf(known, '/update'))).forms[0]?.fields
    const page = await (await ada.get(pathOf(known, '/update'))).submit({
      name: 'Renamed',
      redirect_uris: '/nowhere',
    })
    expect([page.status, titleOf(page)]).toEqual([400, 'Error: Update the application · Latchkey'])
    expect(page.forms[0]?.fields).toMatchObject({ name: 'Renamed', redirect_uris: '/nowhere' })
    expect((await ada.get(pathOf(known, '/update'))).forms[0]?.fields).toMatchObject({
      ...before,
      attempt: expect.any(String),
    })
  })

  it('is refused as a whole when it is not a form, or far too large', async () => {
    const { form_token = '', attempt = '' } = (await ada.get(registerPath)).forms[0]?.fields ?? {}
    const fields = { ...typed, form_token, attempt }
    const json = { 'Content-Type': 'application/json' }
    expect((await ada.post(registerPath, fields, json)).status).toBe(415)
    expect((await ada.post(registerPath, { ...fields, redirect_uris: 'x'.repeat(70_000) })).status).toBe(413)
  })
})

/** As a page shows them. */
function withBareNewlines(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value.replaceAll('\r\n', '\n')]),
  )
}

describe('a hostile name', () => {
  it.each([
    ['<script>alert(1)</script>'],
    ['"><img src=x onerror=alert(1)>'],
    ["'; DROP TABLE clients; --"],
    ['&lt;b&gt; &amp; {{name}}'],
    ['👩🏽‍💻'.repeat(15)],
    ['שלום'.repeat(15)],
  ])('%s is only text, on every page', async (name) => {
    const known = await register(ada, { name })
    const pages = [
      ...['', '/settings', '/credentials', '/activity', '/danger', '/update', '/secrets'].map((page) =>
        pathOf(known, page),
      ),
      pathOf(known, '/delete'),
      `/o/applications?name=${encodeURIComponent(name)}`,
      authorizePath(known),
    ]
    for (const path of pages) {
      const page = await ada.get(path)
      expect([path, page.status]).toEqual([path, 200])
      expect(page.html).not.toMatch(/<script>|<img|<b>/)
      const fields = Object.values(page.forms[0]?.fields ?? {})
      expect(`${page.text} ${fields.join(' ')}`).toContain(name)
    }
  })

  it.each([
    ['of 10,000 characters', 'x'.repeat(10_000), 'The name has 10000 characters. Use at most 60.'],
    ['of 61 characters', '👩'.repeat(61), 'The name has 61 characters. Use at most 60.'],
    [
      'that contains right-to-left marks',
      'Notes \u202Egpj.exe',
      'The name has an invisible control character.',
    ],
    ['that is isolated', 'Notes \u2067x\u2069', 'The name has an invisible control character.'],
    ['with NUL', 'Notes\0', 'The name has an invisible control character.'],
    ['of two lines', 'Notes\u2028by Latchkey', 'The name has an invisible control character.'],
    ['that sorts after every other in a list', '\u{10ffff}a', 'The name has an invisible control character.'],
    ['that is invisible', '\u200B\u200D', 'The name is invisible.'],
  ])('%s is refused', async (_, name, problem) => {
    const page = await sendRegistration(ada, { name })
    expect(page.status).toBe(400)
    expect(page.text).toContain(problem)
    expect(await count('clients WHERE name = ?', name)).toBe(0)
  })
})

describe('updating', () => {
  const update = async (known: Known, changes: Record<string, string>): Promise<Page> =>
    (await ada.get(pathOf(known, '/update'))).submit(changes)

  it('keeps a name from a time when it could be longer, and shows it whole', async () => {
    const known = await register(ada)
    const name = 'W'.repeat(100)
    await env.DB.prepare('UPDATE clients SET name = ?, name_key = lower(?) WHERE id = ?')
      .bind(name, name, known.client.id)
      .run()
    expect((await update(known, { allowed_origins: 'https://long.example' })).status).toBe(303)
    expect((await ada.get(pathOf(known))).html).toContain(`title="${name}"`)
    const other = await update(known, { name: 'V'.repeat(61) })
    expect([other.status, other.text.includes('The name has 61 characters. Use at most 60.')]).toEqual([
      400,
      true,
    ])
  })

  it('takes effect at once: the name, the addresses and the origins', async () => {
    const known = await register(ada, { allowed_origins: 'https://old.example' })
    const answer = await update(known, {
      name: 'Renamed',
      redirect_uris: 'https://new.example/cb',
      allowed_origins: 'https://spa.example',
    })
    expect((await ada.get(answer.location)).text).toContain('Saved')
    const consent = await ada.get(authorizePath(known, { redirect_uri: 'https://new.example/cb' }))
    expect(consent.text).toContain('Renamed')
    expect((await ada.get(authorizePath(known))).text).toContain('This address is not registered')
    const mayRead = async (Origin: string) => {
      const response = await postToken(server, refreshRequest(known, 'lkr_x'), { Origin })
      return response.headers.get('Access-Control-Allow-Origin') === Origin
    }
    const origins = [
      'https://spa.example',
      'https://new.example',
      'https://old.example',
      'https://app.example',
    ]
    expect(await Promise.all(origins.map(mayRead))).toEqual([true, true, false, false])
  })

  it('public to confidential shows a secret, and changing back removes it', async () => {
    const spa = await register(ada, { client_type: 'public' })
    expect(await accepts(server, spa)).toBe(true)
    const form = await ada.get(pathOf(spa, '/update'))
    const web = registeredOn(await form.submit({ client_type: 'confidential' }))
    expect(registeredOn(await form.submit({ client_type: 'confidential' }))).toEqual(web)
    expect([await accepts(server, web), await accepts(server, spa)]).toEqual([true, false])

    const back = await ada.get(pathOf(spa, '/update'))
    expect((await back.submit({ client_type: 'public' })).status).toBe(303)
    expect([await accepts(server, web), await accepts(server, spa)]).toEqual([false, true])
    expect(await count('client_secrets WHERE client_id = ?', spa.client.id)).toBe(0)

    const again = registeredOn(await update(spa, { client_type: 'confidential' }))
    expect(again.secret).not.toBe(web.secret)
    // The earlier forms: they neither change the type nor restore a secret.
    for (const stale of [
      () => form.submit({ client_type: 'confidential' }),
      () => back.submit({ client_type: 'public' }),
    ]) {
      expect((await stale()).status).toBe(303)
      expect(await Promise.all([again, web, spa].map((known) => accepts(server, known)))).toEqual([
        true,
        false,
        false,
      ])
    }
  })

  it('sent again does not undo later changes', async () => {
    const known = await register(ada)
    const form = await ada.get(pathOf(known, '/update'))
    const stale = { name: 'First', allowed_origins: 'https://first.example' }
    await form.submit(stale)
    await update(known, { name: 'Second', allowed_origins: 'https://second.example' })
    expect((await form.submit(stale)).status).toBe(303)
    expect((await ada.get(pathOf(known, '/update'))).forms[0]?.fields).toMatchObject({
      name: 'Second',
      allowed_origins: 'https://second.example',
    })
    const origins = await env.DB.prepare('SELECT origin FROM client_origins WHERE client_id = ? ORDER BY 1')
      .bind(known.client.id)
      .all()
    expect(origins.results).toEqual([{ origin: 'https://app.example' }, { origin: 'https://second.example' }])
  })

  it.each(faults)('to confidential four times at once creates one secret, %s', async (_, start) => {
    const spa = await register(ada, { client_type: 'public' })
    const form = await carriedTo(start(), ada).get(pathOf(spa, '/update'))
    const answers = await fourTimes(() => form.submit({ client_type: 'confidential' }))
    const [first, ...others] = answers.map((page) => registeredOn(page))
    for (const other of others) expect(other).toEqual(first)
    expect(await count('client_secrets WHERE client_id = ?', spa.client.id)).toBe(1)
    expect(await count(`audit_events WHERE client_id = ? AND type LIKE '%updated'`, spa.client.id)).toBe(1)
    expect(first && (await accepts(server, first))).toBe(true)
  })
})

describe('deleting', () => {
  it('asks first, and ends all of its codes and tokens', async () => {
    const watcher = await register(ada)
    await env.DB.prepare(`UPDATE clients SET scope = 'introspection' WHERE id = ?`)
      .bind(watcher.client.id)
      .run()
    const doomed = await register(ada, { name: 'Doomed' })
    const tokens = await tokensOf(await postToken(server, codeRequest(doomed, await obtainCode(ada, doomed))))
    const code = await obtainCode(ada, doomed)
    const isActive = async () => (await introspect(server, watcher, tokens.access_token)).active

    const form = await ada.get(pathOf(doomed, '/delete'))
    expect(form.text).toContain(
      'Doomed and everything that belongs to it will be deleted. This can’t be undone.',
    )
    expect(await isActive()).toBe(true)

    // People use it: its name has to be typed.
    for (const name of ['', 'Watcher']) {
      const wrong = await form.submit({ name })
      expect([wrong.status, wrong.text.includes('This is not the name.'), await isActive()]).toEqual([
        400,
        true,
        true,
      ])
    }
    const gone = await form.submit({ name: ' doomed' })
    expect((await ada.get(gone.location)).text).toContain('The application is deleted.')
    expect([gone.status, gone.location]).toEqual([303, '/o/applications?deleted='])
    expect(await errorOf(await postToken(server, codeRequest(doomed, code)))).toBe('401 invalid_client')
    expect(await errorOf(await postToken(server, refreshRequest(doomed, tokens.refresh_token)))).toBe(
      '401 invalid_client',
    )
    expect(await isActive()).toBe(false)
    for (const page of ['', '/settings', '/danger', '/update', '/secrets', '/delete']) {
      expect((await ada.get(pathOf(doomed, page))).status).toBe(404)
    }
    expect((await ada.get(authorizePath(doomed))).text).toContain('Unknown application')
    expect((await ada.get('/o/applications?name=doomed')).text).toContain('No application is found by')
    for (const table of ['client_secrets', 'client_origins', 'consents', 'authorizations']) {
      expect([table, await count(`${table} WHERE client_id = ?`, doomed.client.id)]).toEqual([table, 0])
    }
  })

  it('does not affect the other applications', async () => {
    const other = await register(ada)
    const doomed = await register(ada)
    const tokens = await tokensOf(await postToken(server, codeRequest(other, await obtainCode(ada, other))))
    await (await ada.get(pathOf(doomed, '/delete'))).submit({})
    expect((await ada.get(pathOf(other))).status).toBe(200)
    expect((await introspect(server, other, tokens.refresh_token)).active).toBe(true)
  })

  it.each(faults)('four times at once is done once, and every answer confirms it, %s', async (_, start) => {
    const doomed = await register(ada)
    const form = await carriedTo(start(), ada).get(pathOf(doomed, '/delete'))
    const answers = [...(await fourTimes(() => form.submit({}))), await form.submit({})]
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303])
    expect(await count(`audit_events WHERE client_id = ? AND type LIKE '%deleted'`, doomed.client.id)).toBe(1)
  })

  it('is permanent: the form that registered it, sent again, does not restore it', async () => {
    const form = await ada.get(registerPath)
    const doomed = registeredOn(await form.submit(typed))
    const update = await ada.get(pathOf(doomed, '/update'))
    const secrets = await ada.get(pathOf(doomed, '/secrets'))
    await (await ada.get(pathOf(doomed, '/delete'))).submit({})
    for (const stale of [form.submit(typed), update.submit({ name: 'x' }), secrets.submit({})]) {
      expect((await stale).status).toBe(404)
    }
    expect(await count('clients WHERE id = ?', doomed.client.id)).toBe(0)
    expect(await count('client_secrets WHERE client_id = ?', doomed.client.id)).toBe(0)
    expect(await accepts(server, doomed)).toBe(false)
  })
})

describe('a form from elsewhere', () => {
  const pages = ['register', '/update', '/secrets', '/delete']
  const forgeries: [string, Record<string, string>, Record<string, string>][] = [
    ['without its token', { form_token: '' }, {}],
    ['with a made-up token', { form_token: 'A'.repeat(43) }, {}],
    ['from another origin', {}, { Origin: 'https://evil.example' }],
    ['from an opaque origin', {}, { Origin: 'null' }],
    ['from a sibling site', {}, { 'Sec-Fetch-Site': 'same-site' }],
    ['from another site', {}, { 'Sec-Fetch-Site': 'cross-site' }],
    ['without its attempt', { attempt: '' }, {}],
    ['with a made-up attempt', { attempt: 'x' }, {}],
  ]
  const cases = pages.flatMap((page) => forgeries.map((forgery) => [page, ...forgery] as const))

  it.each(cases)('%s %s is refused, and can be sent again', async (page, _, fields, headers) => {
    const known = await register(ada)
    const name = `Forged ${crypto.randomUUID()}`
    const path = page === 'register' ? registerPath : pathOf(known, page)
    const form = (await ada.get(path)).forms[0]
    const changes = { register: { ...typed, name }, '/update': { name } }[page] ?? {}
    const refused = await ada.post(path, { ...form?.fields, ...changes, ...fields }, headers)
    expect(refused.status).toBe(400)
    expect(titleOf(refused)).toMatch(/^Error: /)
    expect(refused.text).toMatch(
      /was not sent from this site|signed in or out in another tab since this page was opened/,
    )
    expect(refused.forms[0]?.fields).toMatchObject(changes)
    expect(await count('clients WHERE name = ?', name)).toBe(0)
    expect(await accepts(server, known)).toBe(true)
    expect([200, 303]).toContain((await refused.submit({})).status)
  })
})

describe('undoing a change', () => {
  const undoOf = (html: string) =>
    /<a href="([^"]+\/update\?kept=[^"]+)">Undo/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const redirectsIn = (page: Page) => page.forms.find(({ fields }) => 'redirect_uris' in fields)?.fields ?? {}

  async function changed() {
    const known = await register(ada, { name: 'Before', redirect_uris: 'https://before.example/cb' })
    const form = await ada.get(pathOf(known, '/update'))
    const answer = await form.submit({ name: 'After', redirect_uris: 'https://after.example/cb' })
    expect(answer.status).toBe(303)
    const saved = await ada.get(answer.location)
    return { known, form, saved, undo: undoOf(saved.html) }
  }

  it('opens the form with the settings from before, which are saved like any other', async () => {
    const { known, saved, undo } = await changed()
    expect(saved.text).toContain('Saved: Name, Redirect URIs Undo')
    const page = await ada.get(undo)
    expect([page.status, page.text.includes('from before your last change')]).toEqual([200, true])
    expect(redirectsIn(page)).toMatchObject({ name: 'Before', redirect_uris: 'https://before.example/cb' })
    // Looking at it changes nothing (one click never changes what is compared at an authorization).
    expect((await ada.get(pathOf(known, '/update'))).html).toContain('https://after.example/cb')
    for (const sent of [1, 2]) expect([sent, (await page.submit({})).status]).toEqual([sent, 303])
    expect(redirectsIn(await ada.get(pathOf(known, '/update')))).toMatchObject({ name: 'Before' })
  })

  it('is refused when somebody has changed it since', async () => {
    const { form, undo } = await changed()
    await form.submit({ name: 'Somebody else', redirect_uris: 'https://else.example/cb' })
    const page = await ada.get(undo)
    expect([page.status, page.text.includes('has changed since then')]).toEqual([400, true])
    expect(redirectsIn(page)).toMatchObject({ name: 'Somebody else' })
  })

  it('fills in nothing that this server has not signed for this person and this application', async () => {
    const { known, undo } = await changed()
    const other = await register(ada, { name: 'Other' })
    const query = undo.slice(undo.indexOf('?'))
    for (const path of [
      pathOf(other, `/update${query}`),
      pathOf(known, `/update${query.replace('before.example', 'evil.example')}`),
    ]) {
      expect(redirectsIn(await ada.get(path)).redirect_uris).not.toMatch(/evil|before/)
    }
  })
})
