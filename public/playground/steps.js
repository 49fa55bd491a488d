// @ts-check
import { fields, held, server } from './page.js'
import { isCallable } from './request.js'
import { fillText, words } from './texts.js'
import { takeTokens } from './tokens.js'

/**
 * A step that sends one request.
 *
 * @typedef {object} SendingStep
 * @property {() => import('./request.js').Request | undefined} request as it can be made now; undefined when it is too early
 * @property {() => string | undefined} [unless] why it should not be sent
 * @property {(body: Record<string, any>) => string} accept takes what came, which may be nothing, and says what that means
 * @property {true} [isApi] it shows an access token, and is refused as RFC 6750 §3 says
 */

/**
 * By the id of their section. A new step is one entry here, and one `RequestStep` in the page.
 *
 * @type {Readonly<Record<string, SendingStep>>}
 */
export const steps = {
  /** RFC 6749 §4.1.3 */
  exchange: {
    request() {
      const { attempt, code } = held
      if (attempt === undefined || code === undefined) return undefined
      return clientRequest(server.token, attempt.clientId, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: attempt.redirectUri,
        code_verifier: attempt.verifier,
      })
    },
    unless: () => (held.tokens === undefined ? undefined : words.codeUsed),
    accept(body) {
      takeTokens(body)
      return words.exchanged
    },
  },

  /** OIDC Core §5.3 */
  userinfo: {
    request() {
      const { tokens } = held
      if (tokens === undefined || !String(tokens.scope).split(' ').includes('openid')) return undefined
      return {
        method: 'GET',
        url: server.userinfo,
        headers: { Authorization: `Bearer ${tokens.access_token}` },
      }
    },
    accept: () => words.whoSignedIn,
    isApi: true,
  },

  /** RFC 6750 §2.1 */
  api: {
    request() {
      const { tokens } = held
      if (tokens === undefined) return undefined
      return {
        method: 'GET',
        url: fields.apiAddress.value.trim(),
        headers: { Authorization: `Bearer ${tokens.access_token}` },
      }
    },
    unless: () => (isCallable(fields.apiAddress.value.trim()) ? undefined : words.noAddress),
    accept: () => words.apiAccepted,
    isApi: true,
  },

  /** RFC 6749 §6 */
  refresh: {
    request() {
      const { attempt, tokens } = held
      if (attempt === undefined || tokens?.refresh_token === undefined) return undefined
      return clientRequest(server.token, attempt.clientId, {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
      })
    },
    accept(body) {
      const same = takeTokens(body)
      if (same.length > 0) return fillText(words.unchanged, { tokens: same.join(', ') })
      return words.changed
    },
  },

  /** RFC 7009 */
  revoke: {
    request() {
      const { attempt, tokens } = held
      if (attempt === undefined || tokens?.refresh_token === undefined) return undefined
      return clientRequest(server.revoke, attempt.clientId, { token: tokens.refresh_token })
    },
    accept: () => words.revoked,
  },
}

/**
 * With client authentication in the body (RFC 6749 §2.3.1).
 *
 * @param {string} url
 * @param {string} clientId
 * @param {Record<string, string>} form
 * @returns {import('./request.js').Request}
 */
function clientRequest(url, clientId, form) {
  const secret = fields.clientSecret.value
  const credentials = { client_id: clientId, ...(secret && { client_secret: secret }) }
  return { method: 'POST', url, form: { ...form, ...credentials } }
}
