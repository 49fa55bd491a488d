import { beforeAll, describe, expect, it } from 'vitest'
import { type Variable, variables } from '../../src/variables.ts'
import { addUser, applySchema, startServer } from '../server.ts'

beforeAll(applySchema)

const secrets = { KEY_ENCRYPTION_SECRET: 'k'.repeat(40), MAIL_API_TOKEN: 'secret-of-the-mail-api' }
const given = {
  ...secrets,
  MAILER: 'http',
  MAIL_FROM: 'id@example.com',
  MAIL_API_URL: 'https://mail.example/send',
  CODE_LIFETIME: 120,
  SIGN_UP: '',
}

let people = 0

/** The line of each variable, by its name. */
async function shown(bindings: Record<string, unknown>): Promise<Readonly<Record<string, string>>> {
  const server = startServer({ bindings })
  const browser = await server.signedIn(await addUser(`root${people++}`, 'administrator'))
  const page = await browser.get('/admin/settings')
  for (const secret of Object.values(secrets)) expect(page.html).not.toContain(secret)
  const lines = page.html.split('<li><svg').slice(1)
  return Object.fromEntries(
    lines.map((line) => [
      /#(\w+)"/.exec(line)?.[1]?.toUpperCase() ?? '',
      line
        .replace(/<p class="hint">.*?<\/p>/s, '')
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .replace(/^.*?> /, ''),
    ]),
  )
}

describe('the settings', () => {
  it('are all shown, each with its value and its source', async () => {
    const lines = await shown(given)
    expect(Object.keys(lines).toSorted()).toEqual(Object.keys(variables).toSorted())
    expect(lines.CODE_LIFETIME).toContain('120 = 2m Set here')
    expect(lines.MAIL_FROM).toContain('id@example.com Set here')
    expect(lines.ACCESS_TOKEN_LIFETIME).toContain('3600 = 1h Default')
    expect(lines.SIGN_UP).toContain('off Default')
    expect(lines.ISSUER).toContain('Not set Default')
  })

  it('are in groups, and found by a part of their name or meaning', async () => {
    const browser = await startServer().signedIn(await addUser('searcher', 'administrator'))
    const namesOf = async (search: string) => {
      const { html } = await browser.get(`/admin/settings?name=${search}`)
      const parts = html.matchAll(/<h2>([^<]+)<|configuration\.md#(\w+)"/g)
      return Array.from(parts, ([, group, name]) => group ?? name)
    }
    const all = await namesOf('')
    const groups = all.filter((part) => !Object.keys(variables).includes(String(part).toUpperCase()))
    expect(groups).toEqual([
      'Server',
      'People and sign-in',
      'Applications and tokens',
      'Email',
      'Name, look and languages',
      'Durations',
    ])
    expect(all.indexOf('mail_from')).toBeGreaterThan(all.indexOf('Email'))
    expect(await namesOf('RAND_Col')).toEqual(['Name, look and languages', 'brand_color'])
    expect(await namesOf('bearer+token')).toEqual([
      'Applications and tokens',
      'initial_access_token',
      'Email',
      'mail_api_token',
    ])
    const none = await browser.get('/admin/settings?name=zzz')
    expect(none.text).toContain('Nothing matches. Show all')
  })

  it('show only whether a secret is set', async () => {
    expect(await shown(given)).toMatchObject({
      KEY_ENCRYPTION_SECRET: expect.stringContaining('Set, never shown Set here'),
      MAIL_API_TOKEN: expect.stringContaining('Set, never shown Set here'),
    })
    expect((await shown({ KEY_ENCRYPTION_SECRET: secrets.KEY_ENCRYPTION_SECRET })).MAIL_API_TOKEN).toContain(
      'Not set Default',
    )
    const named = Object.entries<Variable>(variables).filter(([name]) => /SECRET|TOKEN$|PASSWORD/.test(name))
    expect(named.map(([, variable]) => variable.isSecret)).toEqual(named.map(() => true))
  })

  it('say what each is for', async () => {
    const server = startServer()
    const page = await (await server.signedIn(await addUser('reader', 'administrator'))).get(
      '/admin/settings',
    )
    expect(page.html).toContain('At least 32 characters, random.')
    expect(page.html).toContain('In seconds, 60 (1m) to 600 (10m).')
  })

  it('are linked for administrators only', async () => {
    const server = startServer()
    const root = await server.signedIn(await addUser('root', 'administrator'))
    const help = await server.signedIn(await addUser('help', 'support'))
    expect((await root.get('/admin')).html).toContain('href="/admin/settings"')
    expect((await help.get('/admin')).html).not.toContain('/admin/settings')
    expect((await help.get('/admin/settings')).status).toBe(404)
  })
})
