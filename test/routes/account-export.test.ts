import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashSecret, readSecret } from '../../src/secrets/secret.ts'
import { codeRequest, obtainCode, postToken, tokensOf } from '../flow.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, startServer } from '../server.ts'

beforeAll(applySchema)

const server = startServer()
let people = 0

interface File {
  readonly account: Readonly<Record<string, unknown>>
  readonly shortened_lists: readonly string[]
  readonly [list: string]: unknown
}

describe('the export', () => {
  it('is for signed-in people', async () => {
    expect((await server.browser().get('/account/export')).location).toBe('/login?next=%2Faccount%2Fexport')
  })

  it('contains everything, and no secret', async () => {
    const user = await addUser(`person${people++}`)
    const mine = await server.signedIn(user)
    await (await mine.get('/account/profile')).submit({ nickname: 'Ada', locality: 'London' })
    await setUpAuthenticator(server, mine)
    const registered = await addClient(await addUser(`developer${people++}`))
    const own = await addClient(user, { name: 'Mine' })
    const code = await obtainCode(mine, registered)
    const tokens = await tokensOf(await postToken(server, codeRequest(registered, code)))

    const page = await mine.get('/account/export')
    expect(page.headers.get('Content-Disposition')).toBe('attachment; filename="account.json"')
    expect(page.headers.get('Cache-Control')).toBe('no-store')
    expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff')
    const file: File = JSON.parse(page.html)
    expect(file.account).toMatchObject({
      sub: user.id,
      username: user.username,
      email: user.email,
      role: 'user',
      profile: { nickname: 'Ada', address: { locality: 'London' } },
    })
    expect(file.sessions).toHaveLength(1)
    expect(file.sessions).toMatchObject([{ amr: ['pwd', 'otp', 'mfa'], authenticated_at: server.now }])
    expect(file.connected_applications).toMatchObject([
      { client_id: registered.client.id, client_name: 'Notes', scope: 'read write' },
    ])
    expect(file.authorizations).toMatchObject([{ client_id: registered.client.id, scope: 'read write' }])
    expect(file.own_applications).toMatchObject([{ client_id: own.client.id, name: 'Mine' }])
    expect(JSON.stringify(file.activity)).toContain('consent_given')
    expect([file.passkeys, file.authenticator_apps]).toEqual([[], [{ created_at: server.now }]])
    expect(file.shortened_lists).toEqual([])

    const session = readSecret('session', mine.cookies.get('latchkey-session') ?? '')
    const hash = await env.DB.prepare('SELECT password_hash FROM users WHERE id = ?').bind(user.id).first()
    const refresh = readSecret('refresh', tokens.refresh_token)
    const row = await env.DB.prepare(
      'SELECT code_hash, refresh_hash, refresh_salt, refresh_mark_key FROM authorizations WHERE user_id = ?',
    )
      .bind(user.id)
      .first()
    const sealed = await env.DB.prepare('SELECT sealed_key FROM authenticators WHERE user_id = ?')
      .bind(user.id)
      .first()
    const secrets = [
      code,
      tokens.refresh_token,
      own.secret,
      session?.plain,
      session && hashSecret(session).sha256,
      refresh && hashSecret(refresh).sha256,
      ...Object.values(hash ?? {}),
      ...Object.values(row ?? {}),
      sealed?.sealed_key,
    ]
    for (const secret of secrets) {
      if (secret !== undefined && secret !== '') expect(page.html).not.toContain(String(secret))
    }
  })

  it('contains nothing of others', async () => {
    const stranger = await addUser(`stranger${people++}`)
    const strange = await server.signedIn(stranger)
    await obtainCode(strange, await addClient(stranger, { name: 'Strange' }))
    const mine = await server.signedIn(await addUser(`person${people++}`))
    const { html } = await mine.get('/account/export')
    for (const text of [stranger.id, stranger.username, 'Strange']) expect(html).not.toContain(text)
  })

  it('reads long lists in parts, each row once, and ends', async () => {
    const user = await addUser(`person${people++}`)
    const mine = await server.signedIn(user)
    const insert = (from: number, to: number) =>
      env.DB.prepare(
        `WITH RECURSIVE n(i) AS (SELECT CAST(? AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
         INSERT INTO audit_events (id, at, type, reference, user_id, detail)
         SELECT 'x' || ? || '-' || i, 1000 + i / 7, 'sign_in', 'r', ?, 'row ' || i FROM n`,
      )
        .bind(from, to, people, user.id)
        .run()
    await insert(0, 4100)
    const file: File = JSON.parse((await mine.get('/account/export')).html)
    const rows = (file.activity as { detail?: string }[]).flatMap(({ detail }) => detail ?? [])
    expect(new Set(rows.filter((detail) => detail.startsWith('row '))).size).toBe(4100)
    expect(rows.filter((detail) => detail.startsWith('row '))).toHaveLength(4100)
    expect(file.shortened_lists).toEqual([])

    await insert(4100, 17_000)
    const longer: File = JSON.parse((await mine.get('/account/export')).html)
    expect(longer.activity).toHaveLength(16_000)
    expect(longer.shortened_lists).toEqual(['activity'])
  })
})
