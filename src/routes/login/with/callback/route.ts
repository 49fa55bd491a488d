import { type Context, pathWith } from '../../../../http/context.ts'
import { readFormBody, sendOn } from '../../../../http/form-body.ts'
import { note } from '../../../../http/log.ts'
import { takeAttempt } from '../../../../http/openid/provider-attempts.ts'
import { findProvider } from '../../../../http/openid/provider-calling.ts'
import { showCounted, showFailed, showOff } from '../../../../http/openid/provider-failed.ts'
import { readReturned } from '../../../../http/openid/provider-returned.ts'
import { visitProvider } from '../../../../http/openid/provider-visit.ts'
import { showTested } from '../../../../http/openid/purpose-test.ts'
import { rulesOf } from '../../../../http/openid/purposes.ts'
import { noteUse, visitorQuery } from '../../../../http/sign-in/session.ts'
import { faultOf } from '../../../../rules/openid/provider-callback.ts'
import { parseParameters } from '../../../../rules/parameters.ts'
import { parseNextPath } from '../../../../rules/sign-in/next-path.ts'
import { attemptLifetime, type ProviderAttempt } from '../../../../rules/sign-in/provider-attempt.ts'
import { randomText } from '../../../../secrets/secret.ts'
import { holds, write } from '../../../../store/database.ts'
import { findConnection } from '../../../../store/sign-in/connections.ts'
import { challengeIsMine, claimChallenge } from '../../../../store/sign-in/used-challenges.ts'

/** In characters: of each parameter. */
const longest = 4096
/** The parameters of an answer (RFC 6749 §4.1.2, RFC 9207 §2). */
const answered = ['state', 'code', 'error', 'iss']

/** GET /login/with/{connection}/callback: the answer of a provider. It counts once, and only in the browser that asked. */
export async function get(c: Context): Promise<Response> {
  const connectionId = c.req.param('connection') ?? ''
  const { parameters, problem } = parseParameters(
    [...new URL(c.req.url).searchParams].filter(
      ([name, value]) => answered.includes(name) && value.length <= longest,
    ),
  )
  const attempt = await takeAttempt(c, parameters.get('state') ?? '')
  // The cookie of an arrival waits for a form of ours, never for an answer.
  const isMine = attempt?.connectionId === connectionId && attempt.arrived === undefined
  if (attempt === undefined || !isMine || problem !== undefined) return outdated(c)

  const { used, connection, session } = await claim(c, attempt)
  noteUse(c, session)
  const { next, purpose } = attempt
  if (!used)
    return session === undefined ? outdated(c) : c.redirect(parseNextPath(next) ?? c.var.paths.home, 303)
  if (connection === undefined) return showOff(c, session, next)
  if (connection.suspendedAt !== undefined && purpose !== 'test') return showOff(c, session, next)

  const again = attempt.maxAge === 0
  const failed = { connection, purpose, next, again, session }
  const provider = await findProvider(c, connection)
  if (typeof provider === 'string') return showCounted(c, provider, failed)
  const fault = faultOf(parameters, provider.metadata)
  // Begun by a press of the button in this browser, so that it goes on by itself. Only once: the second visit is not silent.
  if (attempt.isSilent && (fault === 'silent' || fault === 'refused'))
    return visitProvider(c, connection, session, { next, purpose, again: false, hint: undefined }, false)
  if (fault === 'silent' && purpose === 'sign-in')
    return c.redirect(pathWith(c.var.paths.login, { next: parseNextPath(next) }), 303)
  if (fault !== undefined)
    return showCounted(c, fault === 'silent' ? 'refused' : fault, { ...failed, reason: `answer: ${fault}` })

  const returned = await readReturned(c, {
    connection,
    attempt,
    provider,
    session,
    code: parameters.get('code') ?? '',
  })
  if ('fault' in returned) {
    if (purpose === 'test' && returned.claims !== undefined)
      return showTested(c, attempt, returned.claims, session)
    note(c, { reason: returned.reason })
    return showCounted(c, returned.fault, { ...failed, reason: returned.reason })
  }
  return rulesOf[purpose].end(c, returned)
}

/**
 * POST …/callback: the answer of a provider in a form (OAuth 2.0 Form Post Response Mode). It comes from another site, without
 * our cookies: the same answer again as GET, which has them. Nothing else happens here.
 */
export async function post(c: Context): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) return outdated(c)
  const pairs = [...body.pairs].filter(([name, value]) => answered.includes(name) && value.length <= longest)
  const path = c.var.paths.loginWithCallback(c.req.param('connection') ?? '')
  return sendOn(c, path, new URLSearchParams(pairs))
}

/** Of two answers with one `state`, D1 decides which is the first. */
async function claim(c: Context, attempt: ProviderAttempt) {
  const { DB } = c.env
  const challenge = { id: attempt.id, expiresAt: attempt.startedAt + attemptLifetime }
  const claimId = randomText(16)
  return write(DB, [claimChallenge(DB, challenge, claimId)], {
    used: holds(DB, challengeIsMine(challenge, claimId)),
    connection: findConnection(DB, attempt.connectionId),
    session: visitorQuery(c),
  })
}

function outdated(c: Context): Response | Promise<Response> {
  return showFailed(c, 'late', { connection: undefined, purpose: 'sign-in', next: '' })
}
