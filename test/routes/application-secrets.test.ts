import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { accepts, carriedTo, pathOf, register, shown, titleOf } from '../applications.ts'
import type { Browser, Page } from '../browser.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import type { Known } from '../flow.ts'
import { addUser, applySchema, startedAt, startServer } from '../server.ts'

const server = startServer()
let ada: Browser

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
})

const day = 86_400

const make = async (known: Known, expires = 'never', form?: Page): Promise<Known> => {
  const page = form ?? (await ada.get(pathOf(known, '/secrets')))
  return { ...known, secret: shown(await page.submit({ expires }), 'client_secret') }
}

/** The links that delete a secret, oldest first. */
async function deletions(known: Known): Promise<readonly string[]> {
  const { html } = await ada.get(pathOf(known, '/credentials'))
  return [...html.matchAll(/href="([^"]+\/secrets\/[\w-]{12}\/delete)"/g)].map(([, href = '']) => href)
}

async function deleteNth(known: Known, n: number): Promise<Page> {
  const path = (await deletions(known))[n] ?? ''
  return (await ada.get(path)).submit({})
}

const events = async (known: Known, type: string) => {
  const found = await env.DB.prepare('SELECT detail FROM audit_events WHERE client_id = ? AND type = ?')
    .bind(known.client.id, type)
    .all()
  return found.results.length
}

const faults: [string, () => ReturnType<typeof startServer>][] = [
  ['as usual', () => server],
  ['with every batch executed twice', () => startServer({ bindings: { DB: everyBatchTwice() } })],
  ['with every first answer lost', () => startServer({ bindings: { DB: everyFirstAnswerLost() } })],
]

describe('a secret that is no longer shown', () => {
  const rows = async (known: Known) => (await ada.get(pathOf(known, '/credentials'))).text

  it('is identified by its label and its last four characters, never more', async () => {
    const first = await register(ada)
    const form = await ada.get(pathOf(first, '/secrets'))
    server.now++
    const second = {
      ...first,
      secret: shown(await form.submit({ label: ' Production  2 ' }), 'client_secret'),
    }
    const page = await ada.get(pathOf(first, '/credentials'))
    for (const { secret = '' } of [first, second]) {
      expect(page.text).toContain(`lk_…${secret.slice(-4)}`)
      expect(page.html).not.toContain(secret.slice(-5))
    }
    expect(page.html).toContain('<bdi>Production 2</bdi>')
    const [, link = ''] = await deletions(first)
    const asked = await ada.get(link)
    expect(asked.text).toContain(`Production 2 lk_…${second.secret?.slice(-4)}`)
    expect(asked.html).not.toContain(second.secret?.slice(-5))
  })

  it('has none if it is older', async () => {
    const known = await register(ada)
    await env.DB.prepare('UPDATE client_secrets SET last_four = NULL WHERE client_id = ?')
      .bind(known.client.id)
      .run()
    expect(await rows(known)).toContain('lk_…')
    expect(await rows(known)).not.toContain('undefined')
  })

  it.each(['x'.repeat(41), 'pro\u202Eduction', 'pr\u043Eduction', 'a\u0301\u0301\u0301'])(
    'has no label that misleads, or is too long: %j',
    async (label) => {
      const known = await register(ada)
      const answer = await (await ada.get(pathOf(known, '/secrets'))).submit({ label })
      expect(answer.status).toBe(400)
      expect(titleOf(answer)).toMatch(/^Error: /)
      expect(answer.html).toContain('aria-invalid')
      expect(await events(known, 'client_secret_made')).toBe(0)
    },
  )

  it('shows a label of any characters as text', async () => {
    const label = `<script>"'&amp;</script>{time}`
    const known = await register(ada)
    await (await ada.get(pathOf(known, '/secrets'))).submit({ label })
    const { html, text } = await ada.get(pathOf(known, '/credentials'))
    expect(text).toContain(label)
    expect(html).not.toContain('<script>"')
  })
})

describe('a second secret', () => {
  it('overlaps with the first, and deleting it does not affect the other', async () => {
    const first = await register(ada)
    server.now += 60
    const second = await make(first)
    const listed = async () => (await ada.get(pathOf(first, '/credentials'))).text
    expect(await listed()).toContain('There are two secrets: give the new one to the application')
    expect(await listed()).not.toContain('In use')
    expect(await accepts(server, first)).toBe(true)
    server.now += 60
    expect(await accepts(server, second)).toBe(true)
    expect((await listed()).match(/In use/g)).toHaveLength(1)

    const asked = await ada.get((await deletions(first))[0] ?? '')
    expect(asked.text).toContain('The other secret keeps working')
    const answer = await asked.submit({})
    expect([answer.status, answer.location]).toEqual([303, pathOf(first, '/credentials?saved=')])
    expect([await accepts(server, first), await accepts(server, second)]).toEqual([false, true])
    server.now = startedAt
  })

  it('created by the form of another application is a different one, though everything sent is the same', async () => {
    const [one, other] = [await register(ada), await register(ada)]
    const fields = { ...(await ada.get(pathOf(one, '/secrets'))).forms[0]?.fields, expires: 'never' }
    const made = await Promise.all(
      [one, other].map(async (known) => ({
        ...known,
        secret: shown(await ada.post(pathOf(known, '/secrets'), fields), 'client_secret'),
      })),
    )
    expect(await Promise.all(made.map((known) => accepts(server, known)))).toEqual([true, true])
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(2)
  })

  it('is the last: two are the maximum', async () => {
    const first = await register(ada)
    const second = await make(first)
    const page = await ada.get(pathOf(first, '/secrets'))
    expect(page.text).toContain('has 2 active secrets, the maximum')
    expect(page.forms).toEqual([])
    const form = (await ada.get(pathOf(await register(ada), '/secrets'))).forms[0]?.fields
    const refused = await ada.post(pathOf(first, '/secrets'), { ...form, expires: 'never' })
    expect([refused.status, titleOf(refused)]).toEqual([409, 'Error: Create a secret · Latchkey'])
    expect(await deletions(first)).toHaveLength(2)
    expect(await events(first, 'client_secret_made')).toBe(1)
    await deleteNth(first, 0)
    const third = await make(first)
    expect(await Promise.all([first, second, third].map((known) => accepts(server, known)))).toContain(false)
    expect(await accepts(server, third)).toBe(true)
  })

  it('created eight times at once from eight forms leaves two', async () => {
    const first = await register(ada)
    const forms = await Promise.all(Array.from({ length: 8 }, () => ada.get(pathOf(first, '/secrets'))))
    const answers = await Promise.all(forms.map((form) => form.submit({})))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409])
    expect(await deletions(first)).toHaveLength(2)
    expect(await events(first, 'client_secret_made')).toBe(1)
    expect(await accepts(server, first)).toBe(true)
  })

  it.each(faults)('from one form sent five times is one, %s', async (_, start) => {
    const first = await register(ada)
    const form = await carriedTo(start(), ada).get(pathOf(first, '/secrets'))
    const send = () => make(first, '90-days', form)
    const secrets = [...(await Promise.all([send(), send(), send(), send()])), await send()]
    expect(new Set(secrets.map(({ secret }) => secret)).size).toBe(1)
    expect(await deletions(first)).toHaveLength(2)
    expect(await events(first, 'client_secret_made')).toBe(1)
    expect(await accepts(server, secrets[0] ?? first)).toBe(true)
  })

  it('that was deleted is not restored by its form', async () => {
    const first = await register(ada)
    server.now += 60
    const form = await ada.get(pathOf(first, '/secrets'))
    const second = await make(first, 'never', form)
    await deleteNth(first, 1)
    expect(await accepts(server, second)).toBe(false)
    const again = await form.submit({})
    expect([again.status, again.location]).toEqual([303, pathOf(first, '/credentials?saved=')])
    expect(await accepts(server, second)).toBe(false)
    server.now = startedAt
  })
})

describe('an expiry', () => {
  it.each([
    ['90-days', 90 * day],
    ['1-year', 365 * day],
  ])('%s ends it then, and frees its place', async (expires, lifetime) => {
    const first = await register(ada)
    const second = await make(first, expires)
    expect((await ada.get(pathOf(first, '/credentials'))).text).toMatch(/expires \d/)
    server.now += lifetime - 1
    expect(await accepts(server, second)).toBe(true)
    server.now += 1
    expect([await accepts(server, first), await accepts(server, second)]).toEqual([true, false])
    const later = await server.signedIn(await addUser(`later-${expires}`, 'administrator'))
    expect((await later.get(pathOf(first, '/secrets'))).forms).toHaveLength(1)
    server.now = startedAt
  })

  it('that is not offered is refused', async () => {
    const first = await register(ada)
    const refused = await (await ada.get(pathOf(first, '/secrets'))).submit({ expires: '1000-years' })
    expect([refused.status, await deletions(first)]).toEqual([400, [expect.any(String)]])
  })
})

describe('deleting', () => {
  it('the last one says what it ends', async () => {
    const known = await register(ada)
    const [path = ''] = await deletions(known)
    const asked = await ada.get(path)
    expect(asked.text).toContain('It is the only one.')
    await asked.submit({})
    expect(await accepts(server, known)).toBe(false)
    expect((await ada.get(pathOf(known, '/credentials'))).text).toContain('No secrets:')
    expect(await accepts(server, await make(known))).toBe(true)
  })

  it.each(faults)('is idempotent, %s', async (_, start) => {
    const known = await register(ada)
    const second = await make(known)
    const [path = ''] = await deletions(known)
    const form = await carriedTo(start(), ada).get(path)
    const answers = await Promise.all([form.submit({}), form.submit({}), form.submit({})])
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(await events(known, 'client_secret_deleted')).toBe(1)
    const alive = await Promise.all([known, second].map((each) => accepts(server, each)))
    expect(alive.filter(Boolean)).toHaveLength(1)
  })

  it('is for the owner only, whatever form is sent', async () => {
    const eve = await server.signedIn(await addUser('eve'))
    const [mine, hers] = [await register(ada), await register(eve)]
    const [path = ''] = await deletions(mine)
    const form = (await eve.get(pathOf(hers, '/secrets'))).forms[0]?.fields ?? {}
    expect((await eve.get(path)).status).toBe(404)
    expect((await eve.post(path, form)).status).toBe(404)
    expect((await eve.post(path.replace(mine.client.id, hers.client.id), form)).status).toBe(404)
    expect(await accepts(server, mine)).toBe(true)
    expect(await events(mine, 'client_secret_deleted')).toBe(0)
  })
})
