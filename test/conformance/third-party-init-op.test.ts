import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { pathOf, register } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { authorizePath, consentTo, type Known } from '../flow.ts'
import { addUser, applySchema, startServer } from '../server.ts'

const server = startServer()
let developer: Browser
let known: Known

beforeAll(async () => {
  await applySchema()
  developer = await server.signedIn(await addUser('ada'))
  known = await register(developer)
})

const page = () => developer.get(pathOf(known, '/policy'))
const save = async (initiate_login_uri: string) =>
  (await page()).submit({ initiate_login_uri, scope: 'openid' })

const stored = async () =>
  env.DB.prepare(`SELECT json_extract(openid, '$.initiate_login_uri') AS uri FROM clients WHERE id = ?`)
    .bind(known.client.id)
    .first('uri')

/**
 * OpenID Connect 3rd Party-Init OP, Core §4 and Registration §2: the server's part in `initiate_login_uri`. Dynamic
 * registration follows the same rules.
 */
describe('3rd Party-Init OP', () => {
  it('an https address is stored unchanged, and returned with the registration', async () => {
    const uri = 'https://app.example/start?tenant=1&x=%20'
    expect((await save(uri)).status).toBe(303)
    expect(await stored()).toBe(uri)
    expect((await page()).forms.find(({ fields }) => 'initiate_login_uri' in fields)?.fields).toMatchObject({
      initiate_login_uri: uri,
    })
  })

  it.each([
    'http://app.example/start',
    'http://localhost/start',
    'http://127.0.0.1:3000/start',
    'javascript:alert(1)',
    'app.example/start',
    '/start',
    'https://user@app.example/start',
    'https://app.example/start#x',
  ])('%s is refused with a reason, and the stored address stays', async (uri) => {
    await save('https://app.example/before')
    const refused = await save(uri)
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('id="initiate_login_uri-problem"')
    expect(await stored()).toBe('https://app.example/before')
  })

  it('starts a sign-in from the person’s applications, with `iss` (Core §4)', async () => {
    await save('https://app.example/start?tenant=1')
    const person = await server.signedIn(await addUser('bob'))
    await consentTo(await person.get(authorizePath(known, { scope: 'openid' })))
    const list = () => person.get('/account/applications')
    const open = 'href="https://app.example/start?tenant=1&amp;iss=http%3A%2F%2Flocalhost%3A8000"'
    expect((await list()).html).toContain(open)
    const suspend = (at: number | null) =>
      env.DB.prepare('UPDATE clients SET suspended_at = ? WHERE id = ?').bind(at, known.client.id).run()
    await suspend(1)
    expect((await list()).html).not.toContain('app.example/start')
    await suspend(null)
    await save('')
    expect((await list()).html).not.toContain('app.example/start')
  })

  it('can be removed again', async () => {
    await save('https://app.example/start')
    expect((await save('')).status).toBe(303)
    expect(await stored()).toBeNull()
  })

  it('a sign-in started there continues as usual, with the hint that was passed', async () => {
    const request = authorizePath(known, { scope: 'openid', login_hint: 'ada' })
    const visitor = server.browser()
    const login = await visitor.get((await visitor.get(request)).location)
    expect(login.forms[0]?.fields.username).toBe('ada')
    const answer = await consentTo(await developer.get(request))
    expect(new URL(answer.location).searchParams.get('code')).not.toBeNull()
  })
})
