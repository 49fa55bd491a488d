import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import type { Visitor } from '../scripts/visitor.ts'

/** The person at the browser, where a client asks for one. */

/** Opens the address of an authorization request, and consents if asked. Returns the address of the callback. */
export async function consent(person: Visitor, url: string): Promise<string> {
  let answer = await person.request(url)
  if (answer.status === 200) answer = await person.submit(answer, { decision: 'authorize' })
  const location = answer.headers.get('location')
  assert.ok(location !== null && URL.canParse(location), `${answer.status} ${location}`)
  return location
}

export async function approve(person: Visitor, url: string): Promise<void> {
  const user_code = new URL(url).searchParams.get('user_code') ?? ''
  const asked = await person.submit(await person.request(url), { user_code })
  assert.equal((await person.submit(asked, { decision: 'authorize' })).status, 303)
}

export interface Shown {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** Follows a page of an application to its end, through a sign-in at the issuer. */
export async function walk(person: Visitor, issuer: string, start: string): Promise<Shown> {
  const cookies = new Map<string, string>()
  let where = start
  for (let hops = 0; hops < 20; hops += 1) {
    if (where.startsWith(`${issuer}/`)) {
      where = await consent(person, where)
      continue
    }
    // Not by fetch: its `Sec-Fetch-Mode` says that a script asks, and mod_auth_openidc redirects only people.
    const headers = { accept: 'text/html', cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(where, { headers }, resolve).once('error', reject)
    })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk
    const { location } = answer.headers
    if (location === undefined) return { status: answer.statusCode, headers: answer.headers, text }
    where = new URL(location, where).href
  }
  assert.fail(`Redirected without an end, at last to ${where}`)
}
