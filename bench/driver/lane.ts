import { createHash, randomBytes } from 'node:crypto'
import { type Answer, Connection } from './connection.ts'
import { readForm } from './form.ts'

type Fields = Readonly<Record<string, string>>

export interface Client {
  readonly id: string
  readonly secret: string
  readonly redirectUri: string
  readonly scope: string
  /** The client authentication method: HTTP Basic by default. */
  readonly authentication?: 'post' | 'none'
  /** Additional parameters of its token requests. */
  readonly parameters?: Fields
}

/** A running authorization server, and how its flows are done. Unsupported parts are left out. */
export interface Service {
  readonly name: string
  readonly port: number
  readonly pid: number
  readonly paths: Readonly<{
    authorize?: string
    token?: string
    introspect?: string
    userinfo?: string
    discovery?: string
    jwks?: string
  }>
  readonly client: Client
  /** For the client credentials grant. */
  readonly machine?: Client
  /** Additional parameters of its authorization requests. */
  readonly authorizeParameters?: Fields
  /** For other people's servers: a failed flow is counted, and the run continues. */
  readonly mayFail?: boolean
  signIn(lane: Lane): Promise<void>
}

export interface Code {
  readonly code: string
  readonly verifier: string
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

const random = (bytes: number) => randomBytes(bytes).toString('base64url')
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

/** One person at one browser, and one instance of the client, with its own socket, cookies and tokens. */
export class Lane {
  readonly service: Service
  readonly connection: Connection
  /** Bytes received. */
  bytes = 0
  tokens: Tokens | undefined
  readonly #cookies = new Map<string, string>()

  constructor(service: Service) {
    this.service = service
    this.connection = new Connection(service.port)
  }

  /** A request of the browser. A redirect is not followed. */
  async browse(path: string, form?: Fields): Promise<Answer> {
    const origin = `http://127.0.0.1:${this.service.port}`
    const headers = {
      Accept: 'text/html',
      ...(this.#cookies.size > 0 ? { Cookie: this.cookies } : {}),
      ...(form === undefined
        ? { 'Sec-Fetch-Site': 'none' }
        : { Origin: origin, 'Sec-Fetch-Site': 'same-origin' }),
    }
    const answer = await (form === undefined
      ? this.#send('GET', path, headers)
      : this.#send('POST', path, { ...headers, ...formType }, encode(form)))
    for (const line of answer.setCookies) this.takeCookie(line)
    return answer
  }

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  takeCookie(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '' || /max-age=0\b/i.test(line)) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }

  /** Fills in the form of a page that has these fields, and sends it. */
  async submit(page: Answer, path: string, fields: Fields): Promise<Answer> {
    const { action, hidden } = readForm(page.body, Object.keys(fields))
    return this.browse(action === '' ? path : action, { ...hidden, ...fields })
  }

  /** A request of the client. */
  call(method: 'GET' | 'POST', path: string, headers: Fields = {}, form?: Fields): Promise<Answer> {
    return form === undefined
      ? this.#send(method, path, headers)
      : this.#send(method, path, { ...headers, ...formType }, encode(form))
  }

  /** From the application through the server and back, with PKCE. On the consent page the person agrees. */
  async authorize(parameters: Fields = {}): Promise<Code> {
    const { paths } = this.service
    const verifier = random(32)
    const state = random(12)
    let answer = await this.browse(`${paths.authorize}?${this.query(verifier, state, parameters)}`)
    for (let hops = 0; hops < 8; hops++) {
      const { location } = answer.headers
      if (location === undefined) {
        if (answer.status !== 200) fail('authorize', answer)
        answer = await this.submit(answer, `${paths.authorize}`, { decision: 'authorize' })
      } else if (location.startsWith(this.service.client.redirectUri)) {
        const query = new URL(location).searchParams
        if (query.get('state') !== state) fail('authorize', answer)
        return { code: query.get('code') ?? fail('authorize', answer), verifier }
      } else {
        const next = new URL(location, `http://127.0.0.1:${this.service.port}`)
        answer = await this.browse(next.pathname + next.search)
      }
    }
    return fail('authorize', answer)
  }

  query(verifier: string, state: string, parameters: Fields = {}): URLSearchParams {
    const { client } = this.service
    return new URLSearchParams({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: client.redirectUri,
      scope: client.scope,
      state,
      nonce: random(12),
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
      ...this.service.authorizeParameters,
      ...parameters,
    })
  }

  redeem({ code, verifier }: Code): Promise<Answer> {
    const redirect_uri = this.service.client.redirectUri
    return this.askForTokens({
      grant_type: 'authorization_code',
      code,
      redirect_uri,
      code_verifier: verifier,
    })
  }

  askForTokens(form: Fields, client: Client = this.service.client): Promise<Answer> {
    const { id, secret, authentication, parameters = {} } = client
    const path = `${this.service.paths.token}`
    if (authentication === undefined)
      return this.call('POST', path, basic(client), { ...form, ...parameters })
    const proof = { client_id: id, ...(authentication === 'post' ? { client_secret: secret } : {}) }
    return this.call('POST', path, {}, { ...form, ...parameters, ...proof })
  }

  /** Stores the tokens of an answer for the following requests. */
  keep(what: string, answer: Answer): void {
    if (answer.status !== 200) fail(what, answer)
    const { access_token, refresh_token }: Partial<Tokens> = JSON.parse(answer.body)
    if (access_token === undefined || refresh_token === undefined) fail(what, answer)
    this.tokens = { access_token, refresh_token }
  }

  async #send(method: string, path: string, headers: Fields, body?: string): Promise<Answer> {
    const answer = await this.connection.request(method, path, headers, body)
    this.bytes += answer.bytes
    return answer
  }
}

const formType = { 'Content-Type': 'application/x-www-form-urlencoded' }

function encode(form: Fields): string {
  return new URLSearchParams(form).toString()
}

export function basic({ id, secret }: Client): Fields {
  return { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
}

/** A flow with a wrong answer measures nothing, so it ends the run. */
export function fail(what: string, { status, headers, body }: Answer): never {
  throw new Error(`${what} was answered ${status} ${headers.location ?? ''} ${body.slice(0, 300)}`)
}
