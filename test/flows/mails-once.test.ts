import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Config, parseConfig } from '../../src/config.ts'
import { hashSecret } from '../../src/secrets/secret.ts'
import type { User } from '../../src/store/people/users.ts'
import { carriedTo, register } from '../applications.ts'
import { addPasskey, registrationOptionsOn, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { everyFirstAnswerLost, everyWriteUnanswered } from '../faults.ts'
import { linkTo } from '../mails.ts'
import { away, pressed, world } from '../provider-world.ts'
import { afterPassword, scan, setUpAuthenticator } from '../second-factor.ts'
import { addUser, applySchema, password, type Server, startedAt, startServer } from '../server.ts'

const mail = { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } as const
const config: Config = { ...parseConfig({ ...env }), signUp: 'open', mail }
const quiet = { ...config, mail: { ...mail, mailer: 'off' } } as const

/** Every file that mails, from the imports of the mailer: a new one fails until it is in this table. */
const sources: Record<string, string> = import.meta.glob('../../src/{routes,http}/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const mailing = Object.entries(sources)
  .filter(([, text]) =>
    /import \{[^}]*\b(sendMail|tell|tellOf\w+|makeEmailLink|mailEmailLink)\b[^}]*\} from '[^']*(mailer|email-link)\.ts'/.test(
      text,
    ),
  )
  .map(([file]) => file.replace('../../src/', '').replace(/^routes\/|\/route\.tsx?$/g, ''))
  .sort()

/** Mails that do not follow one form. */
const exceptions: Readonly<Record<string, string>> = {
  'backchannel-authentication': 'each request of a client waits for its own answer, and few are mailed',
  'http/openid/purpose-sign-in.ts':
    'an answer of a provider counts once: the person who adopts an account was just there',
  'http/people/email-link.ts': 'it mails for the routes of this table',
  'http/sign-in/code-try.ts': 'it is about the fifth wrong code, which lock-notice.test.ts has',
  'http/sign-in/password-try.ts': 'it is about the fifth wrong password, which lock-notice.test.ts has',
}

/** One form with its input, or the address that a browser opens. */
interface Sent {
  readonly browser: Browser
  readonly path: string
  readonly fields?: Record<string, string> | undefined
}

let people = 0
let server: Server
let ada: User

const run = (text: string, ...values: readonly (string | number)[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run()

const sentFrom = (page: Page, typed: Record<string, string> = {}): Sent => {
  const names = Object.keys(typed)
  const form = page.forms.find(({ fields }) => names.every((name) => name in fields)) ?? page.forms.at(-1)
  if (form === undefined) throw new Error(`No form: ${page.status} ${page.location} ${page.text}`)
  return { browser: page.browser, path: form.action, fields: { ...form.fields, ...typed } }
}

const root = async () => server.signedIn(await addUser(`root${people++}`, 'administrator'))
const adas = () => server.signedIn(ada)
const ofAda = (page: string) => `/admin/users/${ada.id}/${page}`
const key = (...parts: readonly string[]) => Buffer.from(parts.join('\n')).toString('base64url')
const adasIdentity = async () => {
  const connection = await addConnection()
  await addIdentity(connection, ada, 'ada')
  return key(connection.id, 'ada')
}
const adasWithPasskey = async () => {
  const browser = await adas()
  const device = new SoftAuthenticator()
  await addPasskey(await silently(browser), device)
  await usePasskey(browser, device)
  return browser
}
/** Without mails about the preparation. */
const silently = async (browser: Browser) => carriedTo(startServer({ config: quiet }), browser)

const forms: Readonly<Record<string, () => Promise<Sent>>> = {
  signup: async () => {
    const page = await server.browser().get('/signup')
    return sentFrom(page, { username: `new${people}`, email: `new${people++}@example.com`, password })
  },
  'login/with/new': async () => {
    const at = await world({ signUp: 'everybody' }, { config })
    const browser = at.server.browser()
    const person = { sub: 'eve', preferred_username: `eve${people}`, email: `eve${people++}@example.com` }
    const back = await browser.get(at.provider.answer(await away(at, browser), person))
    return sentFrom(await browser.get(back.location), { username: person.preferred_username })
  },
  'http/openid/purpose-link.ts': async () => {
    const at = await world({}, { config })
    const browser = await at.server.signedIn(ada)
    const start = await pressed(
      await browser.get(`/login/with/${at.connection.id}?purpose=link`),
      at.connection,
    )
    return { browser, path: at.provider.answer(start, { sub: 'ada', auth_time: startedAt }) }
  },
  'password-reset': async () =>
    sentFrom(await server.browser().get('/password-reset'), { account: ada.username }),
  'password-reset/password': async () => {
    const page = await server.browser().get('/password-reset')
    await page.submit({ account: ada.username })
    const link = await linkTo(ada.email ?? '')
    return sentFrom(await server.browser().get(link), { password: 'quite another sentence' })
  },
  login: async () => {
    await addPasskey(await silently(await adas()), new SoftAuthenticator())
    const [browser] = await afterPassword(server, ada)
    await (await (await silently(browser)).get('/login/recovery')).submit({ action: 'ask' })
    server.now += 73 * 3600
    return sentFrom(await server.browser().get('/login'), { username: ada.username, password })
  },
  'login/recovery': async () => {
    await setUpAuthenticator(server, await silently(await adas()))
    const [browser] = await afterPassword(server, ada)
    return sentFrom(await browser.get('/login/recovery'), { action: 'ask' })
  },
  'account/password': async () =>
    sentFrom(await (await adas()).get('/account/password'), {
      current_password: password,
      new_password: 'quite another sentence',
      new_password_again: 'quite another sentence',
    }),
  'account/email': async () =>
    sentFrom(await (await adas()).get('/account/email'), { email: `other${people++}@example.com` }),
  'account/email/verification': async () => {
    const page = await (await adas()).get('/account/email')
    const form = page.forms.find(({ action }) => action.endsWith('/verification'))
    return { browser: page.browser, path: form?.action ?? '', fields: form?.fields }
  },
  'account/authenticator/set-up': async () => {
    const page = await (await adas()).get('/account/authenticator/set-up')
    return sentFrom(page, { code: scan(server, page).code() })
  },
  'account/authenticator/remove': async () => {
    const browser = await adas()
    await setUpAuthenticator(server, await silently(browser))
    return sentFrom(await browser.get('/account/authenticator/remove'))
  },
  'account/passkeys/new': async () => {
    const page = await (await adas()).get('/account/passkeys/new')
    const made = new SoftAuthenticator().create(registrationOptionsOn(page), {}, 'ES256')
    return sentFrom(page, { name: 'Phone', credential: JSON.stringify(made) })
  },
  'account/passkeys/remove': async () => {
    const browser = await adasWithPasskey()
    const list = await browser.get('/account/passkeys')
    const [remove = ''] = /\/account\/passkeys\/[^"]+\/remove/.exec(list.html) ?? []
    return sentFrom(await browser.get(remove))
  },
  'account/identities/remove': async () => {
    const identity = await adasIdentity()
    return sentFrom(await (await adas()).get(`/account/identities/${identity}/remove`))
  },
  'account/review': async () => {
    const browser = await adasWithPasskey()
    await run('UPDATE users SET review_since = 1 WHERE id = ?', ada.id)
    await run('UPDATE passkeys SET doubted = 1 WHERE user_id = ?', ada.id)
    return sentFrom(await browser.get('/account/review'))
  },
  'admin/invitations': async () =>
    sentFrom(await (await root()).get('/admin/invitations'), { email: `guest${people++}@example.com` }),
  'admin/users/new': async () =>
    sentFrom(await (await root()).get('/admin/users/new'), {
      username: `made${people}`,
      email: `made${people++}@example.com`,
    }),
  'admin/users/selection': async () =>
    sentFrom(await (await root()).get(`/admin/users/selection?act=suspend&id=${ada.id}`)),
  'admin/users/claims': async () =>
    sentFrom(await (await root()).get(ofAda('claims')), { email: `other${people++}@example.com` }),
  'admin/users/role': async () => sentFrom(await (await root()).get(ofAda('role')), { role: 'support' }),
  'admin/users/suspension': async () => sentFrom(await (await root()).get(ofAda('suspension'))),
  'admin/users/factors': async () => {
    await addPasskey(await silently(await adas()), new SoftAuthenticator())
    return sentFrom(await (await root()).get(ofAda('factors')))
  },
  'admin/users/identities': async () => {
    const identity = await adasIdentity()
    return sentFrom(await (await root()).get(ofAda(`identities/${identity}`)))
  },
  'admin/users/delete': async () =>
    sentFrom(await (await root()).get(ofAda('delete')), { username: ada.username }),
  'admin/applications/approval': async () => {
    await run('UPDATE users SET email_verified_at = 1 WHERE id = ?', ada.id)
    const { client } = await register(await adas(), { name: `Diary ${people++}` })
    await run("UPDATE clients SET suspended_at = 1, approval = 'waiting' WHERE id = ?", client.id)
    const page = await (await root()).get(`/admin/applications/${client.id}/approval`)
    return sentFrom(page, { decision: 'approve' })
  },
}

const names = Object.keys(forms)

/** The answer to the form, sent to a server with this database from a browser that has the cookies of then. */
async function send({ browser, path, fields }: Sent, db: D1Database = env.DB, later = 0): Promise<number> {
  const at = startServer({ config, bindings: { DB: db } })
  at.now = server.now + later
  const copy = carriedTo(at, browser)
  return (await (fields === undefined ? copy.get(path) : copy.post(path, fields))).status
}

/** The letters to each receiver, with the links that work. */
async function mails(): Promise<readonly string[]> {
  const { results } = await env.DB.prepare('SELECT recipient, subject, text FROM outbox').all<{
    recipient: string
    subject: string
    text: string
  }>()
  for (const { subject, text } of results) {
    const [, token] = /http:\S+[?&](?:token|invitation)=(\S+)/.exec(text) ?? []
    if (token === undefined) continue
    const works = `SELECT 1 AS found FROM mail_tokens WHERE token_hash = ?1 AND used_by IS NULL
      UNION ALL SELECT 1 FROM invitations WHERE token_hash = ?1 AND used_by IS NULL`
    const { sha256 } = hashSecret({ kind: 'mail', plain: token })
    expect([subject, await env.DB.prepare(works).bind(sha256).first('found')]).toEqual([subject, 1])
  }
  return results.map(({ recipient, subject }) => `${recipient}: ${subject}`)
}

async function prepare(name: string): Promise<Sent> {
  server = startServer({ config })
  await run('DELETE FROM sign_in_attempts')
  ada = await addUser(`ada${people++}`)
  const form = forms[name]
  if (form === undefined) throw new Error(`Not in the table: ${name}`)
  const sent = await form()
  await run('DELETE FROM outbox')
  return sent
}

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

describe('a form that mails', () => {
  it('is in this table', () => {
    expect(mailing).toEqual([...names, ...Object.keys(exceptions)].sort())
  })

  it.each(names)('%s, sent five times at once and once later, mails each letter once', async (name) => {
    const sent = await prepare(name)
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(sent)))
    // The act is undone, and the form comes once more.
    await run(`UPDATE users SET role = 'user', suspended_at = NULL WHERE id = ?`, ada.id)
    await send(sent, env.DB, 5)
    const letters = await mails()
    expect([letters.length > 0, Math.min(...answers) < 400]).toEqual([true, true])
    expect(new Set(letters).size).toBe(letters.length)
  })

  it.each(names)('%s mails each letter once when every first answer is lost', async (name) => {
    const sent = await prepare(name)
    expect(await send(sent, everyFirstAnswerLost())).toBeLessThan(400)
    const letters = await mails()
    expect(letters.length).toBeGreaterThan(0)
    expect(new Set(letters).size).toBe(letters.length)
  })

  it.each(names)('%s mails each letter once when it is sent again after two lost answers', async (name) => {
    const sent = await prepare(name)
    const unanswered = everyWriteUnanswered(env.DB, /INTO (audit_events|mail_tokens)/)
    expect(await send(sent, unanswered)).toBe(503)
    await send(sent)
    const letters = await mails()
    expect(letters.length).toBeGreaterThan(0)
    expect(new Set(letters).size).toBe(letters.length)
  })

  it.each(['signup', 'login/with/new'])('%s, sent again, leaves a newer link as it is', async (name) => {
    const sent = await prepare(name)
    const browser = carriedTo(server, sent.browser)
    await browser.post(sent.path, sent.fields ?? {})
    const page = await browser.get('/account/email')
    const form = page.forms.find(({ action }) => action.endsWith('/verification'))
    await browser.post(form?.action ?? '', form?.fields ?? {})
    await run('DELETE FROM outbox WHERE number < (SELECT max(number) FROM outbox)')
    for (const later of [0, 30, 7200]) await send(sent, env.DB, later)
    expect(await mails()).toHaveLength(1)
  })
})
