import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../src/rules/clients/client.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { fillSkeletons } from '../../src/store/people/name-skeletons.ts'
import type { User } from '../../src/store/people/users.ts'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { everything } from '../database.ts'
import { everyBatchTwice } from '../faults.ts'
import { codeRequest, introspect, obtainCode, postToken, tokensOf } from '../flow.ts'
import { mailsTo } from '../mails.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from '../server.ts'

const { DB } = env
const mail = { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } as const
const server = startServer({ config: { mail } })
/** The time of last use. */
const afterwards = ['sessions']
let root: User
let admin: Browser
let support: Browser

beforeAll(async () => {
  await applySchema()
  root = await addUser('root', 'administrator')
  admin = await server.signedIn(root)
  support = await server.signedIn(await addUser('helper', 'support'))
})

let ada: User
let bob: User
beforeEach(async () => {
  ada = await addUser(`ada-${randomText(6)}`)
  bob = await addUser(`bob-${randomText(6)}`)
})

const pathOf = (list: 'users' | 'applications', act: string, ids: readonly string[]) =>
  `/admin/${list}/selection?${new URLSearchParams([['act', act], ...ids.map((id) => ['id', id])])}`

const eventsOf = async (column: 'subject_id' | 'client_id', ids: readonly string[]) => {
  const { results } = await DB.prepare(
    `SELECT type, user_id FROM audit_events WHERE ${column} IN (SELECT value FROM json_each(?)) ORDER BY type`,
  )
    .bind(JSON.stringify(ids))
    .all<{ type: string; user_id: string }>()
  return results.map(({ type, user_id }) => `${type} by ${user_id === root.id ? 'root' : user_id}`)
}

const suspendedAmong = async (table: 'users' | 'clients', ids: readonly string[]) =>
  (
    await DB.prepare(
      `SELECT id FROM ${table} WHERE suspended_at IS NOT NULL AND id IN (SELECT value FROM json_each(?))`,
    )
      .bind(JSON.stringify(ids))
      .all<{ id: string }>()
  ).results
    .map(({ id }) => id)
    .sort()

describe('several people at once', () => {
  it('can be ticked in the list, and the page that asks names each', async () => {
    const list = await admin.get(`/admin/users?name=${ada.username}`)
    expect(list.html).toContain(`aria-label="Select ${ada.username}"`)
    const page = await admin.get(pathOf('users', 'suspend', [ada.id, bob.id, root.id, 'nobody']))
    expect(page.text).toContain('Suspend these people?')
    expect(page.text).toMatch(new RegExp(`${ada.username}.*${bob.username}.*Left out.*root`, 's'))
    expect(await suspendedAmong('users', [ada.id, bob.id])).toEqual([])
  })

  it('are suspended and resumed, with an event and a mail for each, and nobody else', async () => {
    const carl = await addUser(`carl-${randomText(6)}`)
    const theirs = await server.signedIn(ada)
    const known = await addClient(root)
    const code = await obtainCode(theirs, known)
    const { access_token: token } = await tokensOf(await postToken(server, codeRequest(known, code)))
    const page = await admin.get(pathOf('users', 'suspend', [ada.id, bob.id, root.id]))
    // In a second of its own: within one, events are in the order of their random ids.
    server.now += 1
    const { location } = await page.submit({})
    expect(location).toBe('/admin/users?done=suspend&number=2')
    expect((await admin.get(location)).text).toContain('Suspended: 2')
    expect(await suspendedAmong('users', [ada.id, bob.id, carl.id, root.id])).toEqual([ada.id, bob.id].sort())
    const { text } = await admin.get('/account/activity')
    expect(text).toMatch(/You suspended (ada-.*, bob-|bob-.*, ada-)/)
    const other = await admin.get('/account/activity?from=2001-01-01&to=2001-01-02')
    expect(other.text).toContain('No event matches. Clear the filter')
    expect((await theirs.get('/account')).status).toBe(303)
    expect((await introspect(server, known, token)).active).toBe(false)
    expect(await eventsOf('subject_id', [ada.id, bob.id])).toEqual(Array(2).fill('user_suspended by root'))
    await (await admin.get(pathOf('users', 'resume', [ada.id, bob.id, carl.id]))).submit({})
    expect(await suspendedAmong('users', [ada.id, bob.id])).toEqual([])
    expect((await mailsTo(ada.email ?? '')).length).toBe(2)
    expect((await mailsTo(carl.email ?? '')).length).toBe(0)
  })

  it('are not suspended again by a form that is sent again after they were resumed', async () => {
    const page = await admin.get(pathOf('users', 'suspend', [ada.id, bob.id]))
    await page.submit({})
    server.now += 1
    await (await admin.get(pathOf('users', 'resume', [ada.id]))).submit({})
    server.now += 1
    await page.submit({})
    expect(await suspendedAmong('users', [ada.id, bob.id])).toEqual([bob.id])
    expect((await eventsOf('subject_id', [ada.id, bob.id])).length).toBe(3)
  })

  it.each(['suspend', 'sign-out'])('%s: each write may be executed twice', async (act) => {
    await server.signedIn(ada)
    const once = startServer({ bindings: { DB: everyBatchTwice(DB) }, config: { mail } })
    once.now = startedAt
    const browser = await once.signedIn(root)
    await (await browser.get(pathOf('users', act, [ada.id, bob.id]))).submit({})
    expect((await eventsOf('subject_id', [ada.id, bob.id])).length).toBe(2)
    expect((await suspendedAmong('users', [ada.id, bob.id])).length).toBe(act === 'suspend' ? 2 : 0)
  })

  it('are signed out by support too, except administrators; support suspends nobody', async () => {
    const [adas, roots] = [await server.signedIn(ada), await server.signedIn(root)]
    const page = await support.get(pathOf('users', 'sign-out', [ada.id, root.id]))
    expect(page.text).toMatch(/Left out.*root/s)
    await page.submit({ id: `${ada.id} ${root.id}` })
    expect([(await adas.get('/account')).status, (await roots.get('/account')).status]).toEqual([303, 200])
    expect((await support.get('/admin/users')).html).not.toContain('value="suspend"')
    const before = await everything(DB, afterwards)
    expect((await support.get(pathOf('users', 'suspend', [ada.id]))).status).toBe(400)
    await page.submit({ act: 'suspend', id: ada.id })
    expect(await everything(DB, afterwards)).toEqual(before)
  })

  it('are at most one page of the list, and at least one', async () => {
    const many = await Promise.all(Array.from({ length: 27 }, (_, i) => addUser(`m${i}-${randomText(6)}`)))
    const ids = many.map(({ id }) => id)
    await (await admin.get(pathOf('users', 'suspend', [ada.id]))).submit({ id: ids.join(' ') })
    expect((await suspendedAmong('users', ids)).length).toBe(25)
    const none = await admin.get(pathOf('users', 'suspend', []))
    expect([none.status, none.text]).toEqual([400, expect.stringContaining('Select at least one row')])
    expect((await admin.get(pathOf('users', 'delete', [ada.id]))).status).toBe(404)
  })

  describe('who have never signed in', () => {
    const invite = async (ids: readonly string[]) =>
      (await admin.get(pathOf('users', 'invite', ids))).submit({})
    const linksTo = async (user: User) =>
      (await mailsTo(user.email ?? '')).map(
        ({ text }) => /\/password-reset\/\S*token=([\w-]+)/.exec(text)?.[1],
      )

    it('are found by a filter, and only they are', async () => {
      await server.signedIn(bob)
      const list = await admin.get('/admin/users?show=unused')
      expect([list.text.includes(ada.username), list.text.includes(bob.username)]).toEqual([true, false])
      expect(list.html).toContain('value="invite"')
      // Without the filter, too, where it would make a difference.
      const listOf = async (browser: Browser, user: User) =>
        (await browser.get(`/admin/users?name=${user.username}`)).html
      expect(await listOf(admin, ada)).toContain('value="invite"')
      expect(await listOf(admin, bob)).not.toContain('value="invite"')
      expect(await listOf(support, ada)).not.toContain('value="invite"')
      expect((await support.get('/admin/users?show=unused')).html).not.toContain('value="invite"')
      // Without the filter, on the page of such a person.
      const link = `href="/admin/users/selection?act=invite&amp;id=`
      expect((await admin.get(`/admin/users/${ada.id}`)).html).toContain(`${link}${ada.id}"`)
      expect((await admin.get(`/admin/users/${bob.id}`)).html).not.toContain(link)
      expect((await support.get(`/admin/users/${ada.id}`)).html).not.toContain(link)
      // An older session has ended, and its event is gone: the kept language tells.
      await DB.prepare('DELETE FROM sessions WHERE user_id = ?').bind(bob.id).run()
      await DB.prepare("UPDATE users SET language = 'de' WHERE id = ?").bind(bob.id).run()
      expect((await admin.get(`/admin/users?show=unused&name=${bob.username}`)).text).toContain(
        'No user matches',
      )
      // Somebody from before there was a language is unknown until the schedule has looked, also after it has checked the name.
      const older = await Promise.all([0, 1, 2, 3].map((n) => addUser(`older${n}-${randomText(6)}`)))
      const [signedIn, , checkedSignedIn, checked] = older.map(({ id }) => id)
      await DB.batch([
        DB.prepare('UPDATE users SET earlier_sign_in = NULL WHERE id IN (?, ?, ?, ?)').bind(
          ...older.map(({ id }) => id),
        ),
        DB.prepare(`UPDATE users SET username_fault = '' WHERE id IN (?, ?)`).bind(checkedSignedIn, checked),
        ...[signedIn, checkedSignedIn].map((id) =>
          DB.prepare(
            `INSERT INTO audit_events (id, at, type, user_id, reference) VALUES (?, 1, 'sign_in', ?, 'r')`,
          ).bind(randomText(16), id),
        ),
      ])
      const shown = async () => {
        const pages = await Promise.all(
          older.map(({ username }) => admin.get(`/admin/users?show=unused&name=${username}`)),
        )
        return pages.map(({ text }) => !text.includes('No user matches'))
      }
      expect(await shown()).toEqual([false, false, false, false])
      while (await fillSkeletons(DB));
      expect(await shown()).toEqual([false, true, false, true])
    })

    it('get a new link each, by which they choose a password', async () => {
      await server.signedIn(bob)
      const silent = await addUser(`silent-${randomText(6)}`)
      await DB.prepare('UPDATE users SET email = NULL WHERE id = ?').bind(silent.id).run()
      const asked = await admin.get(pathOf('users', 'invite', [ada.id, bob.id, silent.id]))
      expect(asked.text).toMatch(
        new RegExp(`${ada.username}.*Left out.*${bob.username}.*${silent.username}`, 's'),
      )
      const answer = await asked.submit({})
      expect([answer.status, answer.location]).toEqual([303, '/admin/users?done=invite&number=1'])
      expect((await admin.get(answer.location)).text).toContain('Invited: 1')
      expect(await eventsOf('subject_id', [ada.id, bob.id, silent.id])).toEqual(['user_invited by root'])
      const [link] = await linksTo(ada)
      const page = await server.browser().get(`/password-reset/password?token=${link}`)
      expect([page.status, page.text.includes('New password')]).toEqual([200, true])
      // Sent again, the form mails nothing.
      server.now++
      await asked.submit({})
      expect(await linksTo(ada)).toHaveLength(1)
    })

    it('get none by support, without mail, or with every batch executed twice more than one', async () => {
      expect((await support.get(pathOf('users', 'invite', [ada.id]))).status).toBe(400)
      const off = startServer({ config: { mail: { ...mail, mailer: 'off' } } })
      off.now = server.now
      expect((await carriedTo(off, admin).get(pathOf('users', 'invite', [ada.id]))).status).toBe(404)
      const doubling = startServer({ config: { mail }, bindings: { DB: everyBatchTwice() } })
      doubling.now = server.now
      const twice = carriedTo(doubling, admin)
      await (await twice.get(pathOf('users', 'invite', [ada.id]))).submit({})
      expect(await linksTo(ada)).toHaveLength(1)
    })

    it('get three in a day, of which the last works', async () => {
      for (let i = 0; i < 5; i++) await invite([ada.id])
      const links = await linksTo(ada)
      expect([links.length, new Set(links).size]).toEqual([3, 3])
      const { results } = await DB.prepare('SELECT token_hash FROM mail_tokens WHERE user_id = ?')
        .bind(ada.id)
        .all()
      expect(results).toHaveLength(1)
      server.now += 86_401
      admin = await server.signedIn(root)
      await invite([ada.id])
      expect(await linksTo(ada)).toHaveLength(4)
    })
  })
})

describe('several applications at once', () => {
  const add = async (values: string): Promise<Client> => {
    const { client } = await addClient(ada)
    await DB.prepare(`UPDATE clients SET ${values} WHERE id = ?`).bind(client.id).run()
    return client
  }

  it('are suspended and resumed, but not those that wait for approval', async () => {
    const [one, two] = [await add('name = name'), await add('name = name')]
    const waiting = await add(`suspended_at = 1, approval = 'waiting'`)
    const ids = [one.id, two.id, waiting.id]
    await (await admin.get(pathOf('applications', 'suspend', ids))).submit({})
    expect(await suspendedAmong('clients', ids)).toEqual(ids.toSorted())
    const page = await admin.get(pathOf('applications', 'resume', ids))
    await page.submit({ id: ids.join(' ') })
    expect(await suspendedAmong('clients', ids)).toEqual([waiting.id])
    expect((await eventsOf('client_id', [one.id, two.id])).length).toBe(4)
    expect(await eventsOf('client_id', [waiting.id])).toEqual([])
  })

  it('are approved or refused as they were shown, not as they became', async () => {
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map(() => add(`suspended_at = 1, approval = 'waiting'`)),
    )
    const ids = [one, two].map((client) => client?.id ?? '')
    const queue = await admin.get('/admin/applications?approval=waiting')
    expect(queue.html).toMatch(/value="approve".*value="refuse"/s)
    expect(queue.html).not.toContain('value="suspend"')
    const page = await admin.get(pathOf('applications', 'approve', ids))
    expect(page.text).toContain(one?.redirectUris[0])
    await DB.prepare('UPDATE clients SET updated_at = updated_at + 1 WHERE id = ?').bind(two?.id).run()
    expect((await page.submit({})).location).toBe(
      '/admin/applications?approval=waiting&done=approve&number=1',
    )
    expect(await suspendedAmong('clients', ids)).toEqual([two?.id])
    expect([(await page.submit({})).status, await suspendedAmong('clients', ids)]).toEqual([303, [two?.id]])
    const refusal = await admin.get(pathOf('applications', 'refuse', [three?.id ?? '']))
    await refusal.submit({})
    expect(await eventsOf('client_id', [three?.id ?? ''])).toEqual(['client_refused by root'])
    const late = await admin.get(pathOf('applications', 'approve', [two?.id ?? '']))
    await DB.prepare('UPDATE clients SET updated_at = updated_at + 1 WHERE id = ?').bind(two?.id).run()
    expect((await late.submit({})).status).toBe(409)
  })
})
