import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'
import type { AccessToken } from './claims.ts'
import type { Asked } from './credentials.ts'
import { type Checked, makeGuard } from './guard.ts'
import type { Needs, OptionsFor } from './options.ts'

export type { AccessToken, AuthorizationDetail, Claims } from './claims.ts'
export type { Certificate } from './credentials.ts'
export type { Introspection, Needs, ResourceDescription } from './options.ts'

export type Options = OptionsFor<IncomingMessage>

export type ProtectedListener = (
  request: IncomingMessage,
  response: ServerResponse,
  token: AccessToken,
) => void | Promise<void>

export interface NodeGuard {
  /**
   * The token of a request that also satisfies `needs`; undefined when it was answered already. A token, and the proof of its
   * key, are verified once per request.
   */
  check(request: IncomingMessage, response: ServerResponse, needs?: Needs): Promise<AccessToken | undefined>
}

export function nodeGuard(options: Options): NodeGuard {
  const { certificate } = options
  const guard = makeGuard(options, { hasFullUrls: false, checksCertificates: certificate !== undefined })
  const tokens = new WeakMap<IncomingMessage, Promise<Checked>>()
  const askedBy = (request: IncomingMessage): Asked => ({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    // `headers` keeps only the first of several.
    authorization: request.headersDistinct.authorization?.join(', '),
    proof: request.headersDistinct.dpop?.join(', '),
    certificate: () => certificate?.(request),
  })
  return {
    async check(request, response, needs) {
      const { method = 'GET', url = '/' } = request
      const document = guard.metadata({ method, url })
      if (document !== undefined) return send(response, document)
      const verified = tokens.get(request) ?? guard.token(askedBy(request))
      tokens.set(request, verified)
      const { token, refused } = guard.check(await verified, needs)
      return token ?? send(response, refused)
    },
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): undefined {
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
