// @ts-check
import { startOverUrl } from './attempt.js'
import { held, server } from './page.js'
import { decodeJwt, isThere } from './request.js'
import { link, quoted, showProblem } from './show.js'
import { fill, fillText, words } from './texts.js'

/**
 * An API has refused the access token: its reason, RFC 6750 §3.1, and the way on.
 *
 * @param {HTMLElement} section @param {import('./request.js').Answer} answer
 */
export function showRefusedCall(section, answer) {
  const { error, description, scope } = read(answer.challenge ?? '')
  const detail = [answer.status, error].filter(Boolean).join(' ')
  const [reason, ...fix] = explain(answer, error, scope)
  if (description === undefined) return showProblem(section, reason, fix, detail)
  showProblem(section, quoted(description), [reason, ' ', ...fix], detail)
}

/**
 * @param {import('./request.js').Answer} answer
 * @param {string | undefined} error @param {string | undefined} scope
 * @returns {readonly [string, ...(string | Node)[]]}
 */
function explain({ status, challenge }, error, scope) {
  const granted = String(held.tokens?.scope ?? '')
  if (error === 'insufficient_scope') {
    const wanted = [...new Set(`${granted} ${scope ?? ''}`.split(' ').filter(Boolean))].join(' ')
    const more = again(fillText(words.withScope, { scope: wanted }), { scope: wanted })
    return [fillText(words.scopeMissing, { scope: granted }), ...fill(words.askForMore, { more })]
  }
  // RFC 9470 §3
  if (error === 'insufficient_user_authentication')
    return [
      words.signInTooWeak,
      ...fill(words.signInAgain, { again: again(words.withLogin, { prompt: 'login' }) }),
    ]
  const claims = decodeJwt(String(held.tokens?.access_token))?.claims
  if (typeof claims?.exp === 'number' && claims.exp * 1000 <= Date.now())
    return [words.tokenExpired, words.refreshFirst]
  if (status !== 401) return [fillText(words.apiStatus, { status }), words.notTheToken]
  const aud = String(claims?.aud ?? server.issuer)
  const expected = fill(words.expectToken, {
    issuer: server.issuer,
    aud,
    startOver: again(words.startOver, {}),
  })
  if (challenge === null) return [words.noChallenge, words.exposeChallenge, ' ', ...expected]
  return [words.tokenRefused, ...expected]
}

/** @param {string} text @param {Partial<import('./attempt.js').Attempt>} changed */
function again(text, changed) {
  return link(text, held.attempt === undefined ? '/playground' : startOverUrl(held.attempt, changed))
}

/** `WWW-Authenticate`, RFC 9110 §11.6.1. @param {string} challenge */
function read(challenge) {
  const parts = challenge.matchAll(/\b(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)
  const found = new Map(
    Array.from(parts, ([, name = '', text, token = '']) => [name, text?.replaceAll(/\\(.)/g, '$1') ?? token]),
  )
  return { error: found.get('error'), description: found.get('error_description'), scope: found.get('scope') }
}

/**
 * The browser has no answer to show. Without its token, the request tells whether anything is there.
 *
 * @param {HTMLElement} section @param {import('./request.js').Request} request
 */
export async function showUnreadApi(section, { url }) {
  const { origin } = location
  const api = new URL(url).origin
  if (api === origin || !(await isThere(url)))
    return showProblem(section, fillText(words.unreachable, { issuer: api }), [words.checkRuns])
  showProblem(section, fillText(words.apiCors, { api, origin }), [fillText(words.apiCorsFix, { origin })])
}
