import { type Options, protect } from '../src/index.ts'

export type Cases = Readonly<Record<string, () => Promise<void>>>

/** An API that answers with the claims of the token. */
export function api(options: Options): (init?: Sent) => Promise<Answered> {
  const handler = protect(options, (_, { claims }) => Response.json(claims))
  return async (sent = {}) => read(await handler(requestOf(sent)))
}

export interface Sent {
  readonly token?: string
  readonly authorization?: string
  readonly url?: string
  readonly method?: string
  /** Value of the DPoP header. */
  readonly proof?: string
}

export function requestOf({ token, authorization, url, method = 'GET', proof }: Sent): Request {
  const value = token === undefined ? authorization : `Bearer ${token}`
  const headers = {
    origin: 'https://app.example',
    ...(value === undefined ? {} : { authorization: value }),
    ...(proof === undefined ? {} : { dpop: proof }),
  }
  return new Request(url ?? 'https://api.example.com/hello', { method, headers })
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
  /** Status, error code and description on one line. */
  readonly line: string
  /** Parameters of the challenge. */
  readonly challenge: Readonly<Record<string, string>>
}

export async function read(response: Response): Promise<Answered> {
  const { status, headers } = response
  const text = await response.text()
  const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text)
  const said = headers.get('www-authenticate') ?? ''
  const challenge = Object.fromEntries(
    [...said.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  const line = [status, body.error, body.error_description].filter((part) => part !== undefined).join(' ')
  return { status, headers, body, line, challenge }
}
