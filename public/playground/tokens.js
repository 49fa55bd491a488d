// @ts-check
import { fields, held, server } from './page.js'
import { decodeJwt, isCallable } from './request.js'
import { byId, element, find, shorten, showClaims, showReady } from './show.js'
import { words } from './texts.js'

/**
 * Stores and shows the answer of the token endpoint.
 *
 * @param {Record<string, any>} body
 * @returns {readonly string[]} the unchanged tokens
 */
export function takeTokens(body) {
  const before = held.tokens
  // RFC 6749 §6: without a new refresh token, the old one stays.
  const now = { ...before, ...body }
  held.tokens = now
  showReady(byId('tokens'), true)
  byId('access-token').textContent = now.access_token
  byId('refresh-token').textContent = now.refresh_token ?? words.noRefreshToken
  showDecoded(now.access_token)
  showIdToken(now.id_token)
  if (before === undefined) offerAddresses(now)
  return before === undefined ? [] : compare(before, now)
}

/** @param {string} token */
function showDecoded(token) {
  const decoded = decodeJwt(token)
  const section = byId('decoded')
  section.hidden = decoded === undefined
  byId('opaque').hidden = decoded !== undefined
  if (decoded === undefined) return
  showClaims(find(section, '[data-header]'), decoded.header)
  showClaims(find(section, '[data-claims]'), decoded.claims)
}

/**
 * Addresses that the token is good for: user info, and the API that it names.
 *
 * @param {Record<string, any>} tokens
 */
function offerAddresses({ access_token: token, scope }) {
  const audience = String(decodeJwt(token)?.claims.aud ?? held.attempt?.resource)
  const isForUserinfo = String(scope).split(' ').includes('openid') && !held.attempt?.resource
  const known = [
    isCallable(audience) && audience !== server.issuer && audience,
    isForUserinfo && server.userinfo,
  ]
  const offered = known.filter((address) => address !== false)
  byId('api-addresses').replaceChildren(
    ...offered.map((address) => Object.assign(document.createElement('option'), { value: address })),
  )
  fields.apiAddress.setAttribute('list', 'api-addresses')
  fields.apiAddress.value ||= offered[0] ?? ''
}

/** Only with the scope `openid`. @param {string | undefined} token */
function showIdToken(token) {
  const decoded = token === undefined ? undefined : decodeJwt(token)
  byId('identity').hidden = decoded === undefined
  if (token === undefined || decoded === undefined) return
  byId('id-token').textContent = token
  showClaims(find(byId('identity'), '[data-claims]'), decoded.claims)
}

/**
 * @param {Record<string, any>} before
 * @param {Record<string, any>} now
 */
function compare(before, now) {
  const names = ['access_token', 'refresh_token']
  const rows = names.map((name) => {
    const header = element('th', element('code', name))
    header.setAttribute('scope', 'row')
    return element(
      'tr',
      header,
      ...[before, now].map((tokens) => element('td', element('code', shorten(tokens[name])))),
    )
  })
  find(byId('refresh'), '[data-rows]').replaceChildren(...rows)
  find(byId('refresh'), '[data-change]').hidden = false
  return names.filter((name) => before[name] === now[name])
}
