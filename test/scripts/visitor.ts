import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { password } from './dev-project.ts'

type Fields = Readonly<Record<string, string>>

export interface Application {
  readonly id: string
  readonly secret: string
  readonly redirectUri: string
}

/** A code and its parameters. */
export interface Code {
  readonly code: string
  readonly verifier: string
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** A person at a browser without scripts. */
export class Visitor {
  readonly #origin: () => string
  readonly #cookies = new Map<string, string>()

  constructor(origin: () => string) {
    this.#origin = origin
  }

  async request(where: string, body?: URLSearchParams): Promise<Response> {
    const headers = {
      Accept: 'text/html',
      Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      'Sec-Fetch-Site': body === undefined ? 'none' : 'same-origin',
      ...(body === undefined ? {} : { Origin: this.#origin() }),
    }
    const init = body === undefined ? { headers } : { method: 'POST', body, headers }
    const response = await fetch(new URL(where, this.#origin()), { ...init, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.#cookies.set(name, value)
    }
    return response
  }

  /** Fills in the form with these fields, and sends it. */
  async submit(page: Response, fields: Fields): Promise<Response> {
    const forms = (await page.text()).match(/<form[^>]*>.*?<\/form>/gs) ?? []
    const [first = ''] = Object.keys(fields)
    const form = forms.find((text) => text.includes(`name="${first}"`))
    assert.ok(form !== undefined, `No form has ${first}`)
    const hidden = [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? '',
      decode(/value="([^"]*)"/.exec(input)?.[1] ?? ''),
    ])
    const action = decode(/action="([^"]*)"/.exec(form)?.[1] ?? '')
    return this.request(action, new URLSearchParams([...hidden, ...Object.entries(fields)]))
  }

  async signIn(username: string): Promise<void> {
    const answer = await this.submit(await this.request('/login'), { username, password })
    assert.equal(answer.status, 303, await answer.text())
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.request('/account')).status === 200
  }

  async register(
    redirectUri: string,
    grantType = 'authorization-code',
    clientType = 'confidential',
  ): Promise<Application> {
    const saved = await this.submit(await this.request('/o/applications/register'), {
      name: 'Notes',
      client_type: clientType,
      authorization_grant_type: grantType,
      redirect_uris: redirectUri,
      post_logout_redirect_uris: '',
      allowed_origins: '',
    })
    const html = await saved.text()
    const secret = clientType === 'public' ? '' : /lk_[\w-]{43}/.exec(html)?.[0]
    const id = /\/o\/applications\/([\w-]{16})/.exec(`${saved.headers.get('location')} ${html}`)?.[1]
    assert.ok(secret !== undefined && id !== undefined, html)
    return { id, secret, redirectUri }
  }

  /** Whether the person was asked. */
  async authorize(application: Application): Promise<Code & { readonly asked: boolean }> {
    const verifier = randomBytes(32).toString('base64url')
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: application.id,
      redirect_uri: application.redirectUri,
      scope: 'openid read offline_access',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    let answer = await this.request(`/o/authorize?${parameters}`)
    const asked = answer.status === 200
    if (asked) answer = await this.submit(answer, { decision: 'authorize' })
    const code = new URL(answer.headers.get('location') ?? this.#origin()).searchParams.get('code')
    assert.ok(code !== null, `No code: ${answer.status} ${answer.headers.get('location')}`)
    return { code, verifier, asked }
  }
}

/** The application's own requests. */
export class Caller {
  readonly #origin: () => string
  readonly #application: Application

  constructor(origin: () => string, application: Application) {
    this.#origin = origin
    this.#application = application
  }

  post(endpoint: string, parameters: Fields): Promise<Response> {
    const { id, secret } = this.#application
    const body = new URLSearchParams({ client_id: id, client_secret: secret, ...parameters })
    return fetch(`${this.#origin()}/o/${endpoint}`, { method: 'POST', body })
  }

  redeem({ code, verifier }: Code): Promise<Response> {
    const redirect_uri = this.#application.redirectUri
    return this.post('token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri,
      code_verifier: verifier,
    })
  }

  refresh({ refresh_token }: Tokens): Promise<Response> {
    return this.post('token', { grant_type: 'refresh_token', refresh_token })
  }

  async isActive(token: string): Promise<boolean> {
    const answer = await this.post('introspect', { token })
    assert.equal(answer.status, 200)
    const body: { active: boolean } = await answer.json()
    return body.active
  }
}

export async function tokensOf(answer: Response): Promise<Tokens> {
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return JSON.parse(text)
}

function decode(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}
