// @ts-check
import { byId } from './show.js'

/** The URLs of the server: the page contains them in full, since it may be served from another origin. */
const urls = byId('main').dataset
export const server = {
  issuer: urls.issuer ?? '',
  authorize: urls.authorize ?? '',
  token: urls.token ?? '',
  userinfo: urls.userinfo ?? '',
  revoke: urls.revoke ?? '',
  applications: urls.applications ?? '',
  metadata: urls.metadata ?? '',
  /** In seconds. */
  codeLifetime: Number(urls.codeLifetime),
}

export const redirectUri = `${location.origin}/playground/callback`

/** @param {string} id @returns {HTMLInputElement} or another kind of control: its value is all that is used */
const field = (id) => /** @type {HTMLInputElement} */ (byId(id))

export const fields = {
  clientId: field('client_id'),
  clientSecret: field('client_secret'),
  scope: field('scope'),
  resource: field('resource'),
  prompt: field('prompt'),
  apiAddress: field('api_address'),
  showSecret: field('show-secret'),
  redirectUri: field('redirect-uri'),
}

/**
 * The results of this page so far, in memory only.
 *
 * @type {{ attempt?: import('./attempt.js').Attempt, code?: string, tokens?: Record<string, any> }}
 */
export const held = {}
