import { explanationUri, refuse } from '../rules/refusal.ts'
import { isOverloaded } from '../rules/server/database-error.ts'
import type { Context } from './context.ts'
import { allowAnyOrigin } from './cors.ts'
import { refuseFlood } from './flood-guard.ts'
import { secure } from './headers.ts'
import { speak } from './language.ts'
import { failureOf, note } from './log.ts'
import { refuseMachine } from './machine-answers.ts'
import { onceMore, refusePage, toSignIn } from './pages.tsx'
import { refusePlainHttp } from './plain-http.ts'
import { currentSession } from './sign-in/session.ts'

/** There is nothing at this path. The database is asked for the person only if the browser has a session. */
export async function answerNotFound(c: Context): Promise<Response> {
  const surface = wantsPage(c) ? 'page' : 'machine'
  const refused = await refusePlainHttp(c, surface)
  if (refused !== undefined) return secure(c, surface, refused)
  if (surface === 'page') {
    await speak(c)
    const { failure } = c.var.messages
    const refusal = async () => {
      const session = await currentSession(c)
      const onward = session === undefined ? { onward: toSignIn(c) } : {}
      return refusePage(c, session, 404, failure.nothingHere, failure.nothingHereAdvice, onward)
    }
    return secure(c, 'page', (await refuseFlood(c, 'page')) ?? (await refusal()))
  }
  return secure(
    c,
    'machine',
    refuseMachine(c, refuse('invalid_request', 'There is nothing at this path'), 404),
  )
}

/** A bug or an outage. The person or program can try again; the log has the reason under the reference. */
export async function answerFailure(c: Context, error: Error): Promise<Response> {
  note(c, failureOf(error))
  const retryAfter = isOverloaded(String(error)) ? '5' : '1'
  const surface = c.var.surface ?? (wantsPage(c) ? 'page' : 'machine')
  if (surface !== 'machine') {
    await speak(c)
    const { failure } = c.var.messages
    const response = await refusePage(c, undefined, 503, failure.notNow, failure.notNowAdvice, {
      onward: onceMore(c),
      explained: 'notNow',
    })
    response.headers.set('Retry-After', retryAfter)
    // The new session may not exist: the form was made for the browser's current cookie, so it can be sent again.
    response.headers.delete('Set-Cookie')
    return secure(c, surface, response)
  }
  const response = refuseMachine(c, refuse('temporarily_unavailable', 'Try again in a moment'))
  response.headers.set('Retry-After', retryAfter)
  return secure(c, surface, allowAnyOrigin(c, response))
}

/** RFC 9112 §3.2: a foreign host. `Host` must never choose the issuer. */
export function answerForeignHost(c: Context): Response {
  note(c, { reason: 'The host does not match ISSUER' })
  const what = 'This server does not answer for this host. Set ISSUER to its origin.'
  const response = c.text(`${what}\n${explanationUri('foreignHost')}\n`, 421)
  return secure(c, 'machine', response)
}

function wantsPage(c: Context): boolean {
  return (c.req.header('accept') ?? '').includes('text/html')
}
