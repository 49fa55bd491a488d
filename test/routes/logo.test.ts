import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pathOf, register } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { authorizePath, type Known, obtainCode } from '../flow.ts'
import { hostilePictures, jpeg, png, webps } from '../pictures.ts'
import { addUser, applySchema, issuer, type Server, startServer } from '../server.ts'

const server = startServer()
let ada: Browser
let known: Known

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
})

beforeEach(async () => {
  known = await register(ada)
})

/** The form as a browser sends it. */
async function upload(
  bytes: Uint8Array,
  more: Record<string, string> = {},
  { at = server, browser = ada }: { at?: Server; browser?: Browser } = {},
): Promise<Response> {
  const page = await browser.get(pathOf(known, '/logo'))
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...page.forms[0]?.fields, ...more })) {
    if (name !== 'logo' && (name !== 'remove' || name in more)) form.set(name, value)
  }
  // The type claimed by the browser does not count.
  form.set('logo', new File([bytes], '"><script>.png', { type: 'text/html' }))
  return at.fetch(pathOf(known, '/logo'), {
    method: 'POST',
    body: form,
    headers: { Cookie: cookieOf(browser), Origin: issuer, Accept: 'text/html' },
    redirect: 'manual',
  })
}

const cookieOf = ({ cookies }: Browser) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

const logoIn = ({ html }: { readonly html: string }) => /<img [^>]*src="(\/o\/logos\/[^"]+)"/.exec(html)?.[1]

describe('a logo', () => {
  it.each([
    ['image/png', png()],
    ['image/jpeg', jpeg()],
    ['image/webp', webps.lossy()],
    ['image/webp', webps.lossless(1024, 32)],
    ['image/webp', webps.extended(1024, 1024)],
  ])('that is %s is stored and served as that, and as nothing else', async (type, bytes) => {
    const { status, headers } = await upload(bytes)
    expect([status, headers.get('Location')]).toEqual([303, pathOf(known, '/settings?saved=logo')])
    const path = logoIn(await ada.get(pathOf(known))) ?? ''
    const served = await server.fetch(path)
    expect([
      served.status,
      ...['Content-Type', 'X-Content-Type-Options', 'Content-Security-Policy', 'Cache-Control'].map((name) =>
        served.headers.get(name),
      ),
    ]).toEqual([
      200,
      type,
      'nosniff',
      "default-src 'none'; frame-ancestors 'none'",
      'public, max-age=31536000, immutable',
    ])
    expect(served.headers.get('Access-Control-Allow-Origin')).toBeNull()
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(bytes)
  })

  it('is shown on the consent page, and in the lists', async () => {
    await upload(png())
    const path = logoIn(await ada.get(pathOf(known)))
    expect(path).toMatch(/^\/o\/logos\//)
    const bob = await server.signedIn(await addUser(`bob-${known.client.id}`))
    expect(logoIn(await bob.get(authorizePath(known)))).toBe(path)
    await obtainCode(bob, known)
    expect(logoIn(await bob.get('/account/applications'))).toBe(path)
    expect((await ada.get('/o/applications')).html).toContain(path)
  })

  it.each([
    ['with every batch executed twice', () => startServer({ bindings: { DB: everyBatchTwice() } })],
    ['with every first answer lost', () => startServer({ bindings: { DB: everyFirstAnswerLost() } })],
  ])('can be changed and removed, %s', async (_, start) => {
    const at = start()
    await upload(png(), {}, { at })
    const old = logoIn(await ada.get(pathOf(known))) ?? ''
    expect((await upload(jpeg(), {}, { at })).status).toBe(303)
    const next = logoIn(await ada.get(pathOf(known))) ?? ''
    expect([next === old, (await server.fetch(old)).status, (await server.fetch(next)).status]).toEqual([
      false,
      404,
      200,
    ])
    expect((await upload(new Uint8Array(), { remove: 'yes' }, { at })).status).toBe(303)
    expect(logoIn(await ada.get(pathOf(known)))).toBeUndefined()
    expect((await server.fetch(next)).status).toBe(404)
    const events = await env.DB.prepare(
      `SELECT count(*) AS n FROM audit_events WHERE client_id = ? AND detail = 'logo'`,
    )
      .bind(known.client.id)
      .first('n')
    expect(events).toBe(3)
  })

  it.each(Object.entries(hostilePictures))('is never %s', async (_, [bytes, reason]) => {
    const answer = await upload(bytes)
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(reason)])
    expect(logoIn(await ada.get(pathOf(known)))).toBeUndefined()
  })

  it('is chosen by its developer, in a form of ours', async () => {
    const eve = await server.signedIn(await addUser(`eve-${known.client.id}`))
    const form = await ada.get(pathOf(known, '/logo'))
    const body = new FormData()
    for (const [name, value] of Object.entries(form.forms[0]?.fields ?? {})) body.set(name, value)
    body.delete('remove')
    body.set('logo', new File([png()], 'a.png'))
    const send = (browser: Browser, origin: string) =>
      server.fetch(pathOf(known, '/logo'), {
        method: 'POST',
        body,
        headers: { Cookie: cookieOf(browser), Origin: origin, Accept: 'text/html' },
      })
    expect((await send(eve, issuer)).status).toBe(404)
    expect((await send(ada, 'https://evil.example')).status).toBe(400)
    expect(logoIn(await ada.get(pathOf(known)))).toBeUndefined()
  })

  it("can't be chosen by a person who lost the application while the form was being sent", async () => {
    const other = await addUser(`other${known.client.id}`)
    const give = () =>
      env.DB.prepare('UPDATE clients SET owner_id = ? WHERE id = ?').bind(other.id, known.client.id).run()
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(give, env.DB, 3) } })
    await upload(png(), {}, { at: racing })
    const kept = env.DB.prepare('SELECT count(*) AS n FROM client_logos WHERE client_id = ?').bind(
      known.client.id,
    )
    const { owner_id } =
      (await env.DB.prepare('SELECT owner_id FROM clients WHERE id = ?').bind(known.client.id).first()) ?? {}
    expect([owner_id, await kept.first('n')]).toEqual([other.id, 0])
  })

  it('ends the verification by an administrator', async () => {
    const trust = () =>
      env.DB.prepare('SELECT trust FROM clients WHERE id = ?').bind(known.client.id).first('trust')
    await env.DB.prepare(`UPDATE clients SET trust = 'first-party' WHERE id = ?`).bind(known.client.id).run()
    await upload(new Uint8Array())
    expect(await trust()).toBe('first-party')
    await upload(png())
    expect(await trust()).toBe('unverified')
  })
})
