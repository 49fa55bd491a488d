// @ts-check
/**
 * One walk through the flow: the values to remember while the browser is away to sign in.
 *
 * @typedef {object} Attempt
 * @property {string} state
 * @property {string} verifier
 * @property {string} challenge
 * @property {string} redirectUri
 * @property {string} clientId
 * @property {string} clientSecret
 * @property {string} scope
 * @property {string} resource of an API, RFC 8707
 * @property {string} prompt
 */

const prefix = 'playground:'

/** @param {number} bytes */
function random(bytes) {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)))
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** A fresh state and a fresh PKCE pair, S256 (RFC 7636 §4). */
export async function newProof() {
  const verifier = random(32)
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return { state: random(16), verifier, challenge: base64url(new Uint8Array(hash)) }
}

/** The authorization request, RFC 6749 §4.1.1. Empty parameters are left out. @param {Attempt} attempt */
export function authorizationParameters(attempt) {
  const parameters = {
    response_type: 'code',
    client_id: attempt.clientId,
    redirect_uri: attempt.redirectUri,
    scope: attempt.scope,
    resource: attempt.resource,
    state: attempt.state,
    code_challenge: attempt.challenge,
    code_challenge_method: 'S256',
    prompt: attempt.prompt,
  }
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''))
}

/**
 * The playground with the same fields filled in.
 *
 * @param {Attempt} attempt @param {Partial<Attempt>} [changed]
 */
export function startOverUrl(attempt, changed = {}) {
  const { clientId, scope, resource, prompt } = { ...attempt, prompt: '', ...changed }
  const fields = { client_id: clientId, scope, resource, prompt }
  const filled = Object.entries(fields).filter(([, value]) => value !== '')
  return `/playground?${new URLSearchParams(filled)}`
}

/** Under its own `state`, so that other walks are not affected. @param {Attempt} attempt */
export function keepAttempt(attempt) {
  sessionStorage.setItem(prefix + attempt.state, JSON.stringify(attempt))
}

/** Deletes unfinished ones: this tab starts again. */
export function forgetAttempts() {
  try {
    const left = Object.keys(sessionStorage).filter((key) => key.startsWith(prefix))
    for (const key of left) sessionStorage.removeItem(key)
  } catch {
    // Without storage there is nothing to forget.
  }
}

/** Once: an answer can't be used again. @param {string} state @returns {Attempt | undefined} */
export function takeAttempt(state) {
  try {
    const kept = sessionStorage.getItem(prefix + state)
    sessionStorage.removeItem(prefix + state)
    return kept === null ? undefined : JSON.parse(kept)
  } catch {
    return undefined
  }
}
