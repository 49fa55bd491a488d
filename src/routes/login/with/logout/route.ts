import type { JWTVerifyGetKey } from 'jose'
import { Documents } from '../../../../acts/documents.ts'
import { obeyLogoutToken } from '../../../../acts/sign-in/end-at-provider.ts'
import { publishedKeySet } from '../../../../http/clients/keys.ts'
import type { Context } from '../../../../http/context.ts'
import { readFormBody } from '../../../../http/form-body.ts'
import { inBackground } from '../../../../http/log.ts'
import { refuseMachine } from '../../../../http/machine-answers.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { parseParameters } from '../../../../rules/parameters.ts'
import { isRefusal, type Refusal, refuse } from '../../../../rules/refusal.ts'
import { openLogoutToken } from '../../../../secrets/sign-in/logout-token.ts'
import { read } from '../../../../store/database.ts'
import { findNotifyingProvider, type NotifyingProvider } from '../../../../store/sign-in/provider-sessions.ts'
import { isObject } from '../../../../values/json.ts'

/**
 * POST /login/with/{connection}/logout: logout_token. A provider tells that a person has signed out there: their sessions here
 * end, and the applications used in them are notified. OIDC Back-Channel Logout §2.8: 200, or 400 with the reason.
 */
export async function post(c: Context): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) return refuseMachine(c, refuse('invalid_request', body.description), body.status)
  const refusal = await obey(c, body.pairs)
  if (isRefusal(refusal)) return refuseMachine(c, refusal)
  deliverLogoutsSoon(c)
  return new Response(null, { status: 200, headers: { 'Cache-Control': 'no-store' } })
}

async function obey(c: Context, pairs: URLSearchParams): Promise<Refusal | undefined> {
  const { parameters, problem } = parseParameters(pairs)
  if (problem !== undefined) return problem.refusal
  const token = parameters.get('logout_token')
  if (token === undefined) return refuse('invalid_request', 'logout_token is missing')
  const { DB } = c.env
  const { now, reference, issuer } = c.var
  const { provider } = await read(DB, {
    provider: findNotifyingProvider(DB, c.req.param('connection') ?? ''),
  })
  if (provider === undefined) return refuse('invalid_request', 'There is no OpenID provider at this address')
  const opened = await openLogoutToken(token, keysOf(c, provider), provider, now)
  if (typeof opened === 'string')
    return refuse('invalid_request', 'The logout token is not valid', `Logout token: ${opened}`)
  const isFirst = await obeyLogoutToken({ db: DB, reference, now }, provider, opened, issuer)
  return isFirst ? undefined : refuse('invalid_request', 'The logout token was used before')
}

const metadata = new Documents<string>('provider_metadata', (document) => {
  if (!isObject(document) || typeof document.jwks_uri !== 'string') throw new Error('No jwks_uri')
  return document.jwks_uri
})

function keysOf(c: Context, provider: NotifyingProvider): JWTVerifyGetKey {
  const { now, issuer } = c.var
  return async (header, token) => {
    const url = `${provider.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const keepAlive = (call: Promise<unknown>) => inBackground(c, 'fetch_metadata', call)
    const uri = await metadata.read({ url, issuer, now, client: provider.id, keepAlive })
    return publishedKeySet(c, provider.id, uri)(header, token)
  }
}
