import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'
import type { AccessToken } from './claims.ts'
import { makeGuard } from './guard.ts'
import type { Needs, Options } from './options.ts'

export type { AccessToken, Claims } from './claims.ts'
export type { Introspection, Needs, Options, ResourceDescription } from './options.ts'

export type ProtectedListener = (
  request: IncomingMessage,
  response: ServerResponse,
  token: AccessToken,
) => void | Promise<void>

export interface NodeGuard {
  /** The token of a request that also satisfies `needs`; undefined when it was answered already. */
  check(request: IncomingMessage, response: ServerResponse, needs?: Needs): Promise<AccessToken | undefined>
}

export function nodeGuard(options: Options): NodeGuard {
  const guard = makeGuard(options)
  return {
    async check(request, response, needs) {
      const { method = 'GET', url = '/' } = request
      // `headers` keeps only the first of several.
      const authorization = request.headersDistinct.authorization?.join(', ')
      const asked = { method, url, authorization }
      const document = guard.metadata(asked)
      const { token, refused } =
        document === undefined
          ? guard.check(await guard.token(asked), needs)
          : { token: undefined, refused: document }
      if (token === undefined) send(response, refused)
      return token
    },
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers }).end(body)
}

/**
 * A listener that requires an access token: `createServer(protect({ issuer, audience }, listener))`.
 *
 * @throws TypeError at once when an option is invalid.
 */
export function protect(
  options: Options,
  listener: ProtectedListener,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const guard = nodeGuard(options)
  return async (request, response) => {
    const token = await guard.check(request, response)
    if (token !== undefined) await listener(request, response, token)
  }
}
