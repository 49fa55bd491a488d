// @ts-check
/**
 * A request of a step: the sent values, and the shown ones.
 *
 * @typedef {object} Request
 * @property {'GET' | 'POST'} method
 * @property {string} url
 * @property {Readonly<Record<string, string>>} [form]
 * @property {Readonly<Record<string, string>>} [headers]
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} text
 * @property {Record<string, any> | undefined} body the JSON object, if it is one
 * @property {string | null} challenge `WWW-Authenticate`, if the server lets the page read it
 */

/**
 * @param {Request} request
 * @returns {Promise<Answer | undefined>} undefined when the browser has no answer to show
 */
export async function send({ method, url, form, headers = {} }) {
  const body = form && new URLSearchParams(form)
  try {
    const response = await fetch(url, { method, headers, body, credentials: 'omit', cache: 'no-store' })
    const text = await response.text()
    const challenge = response.headers.get('WWW-Authenticate')
    return { status: response.status, text, body: parseObject(text), challenge }
  } catch {
    return undefined
  }
}

/** Whether the server can be reached at all: its metadata is open to every origin. @param {string} metadata */
export async function isReachable(metadata) {
  try {
    return (await fetch(metadata, { credentials: 'omit', cache: 'no-store' })).ok
  } catch {
    return false
  }
}

/** The addresses that the page may call: a token is not sent in the clear over a network. @param {string} url */
export function isCallable(url) {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(hostname))
}

/** Whether something answers there, which a page of another origin may not read. @param {string} url */
export async function isThere(url) {
  try {
    await fetch(url, { mode: 'no-cors', credentials: 'omit', cache: 'no-store' })
    return true
  } catch {
    return false
  }
}

/** @param {string} text */
function parseObject(text) {
  try {
    const value = JSON.parse(text)
    return value !== null && typeof value === 'object' ? value : undefined
  } catch {
    return undefined
  }
}

/** The same request for a shell. A hidden secret is read from a variable. @param {Request} request @param {boolean} showSecret */
export function curl({ method, url, form = {}, headers = {} }, showSecret) {
  const parts = [method === 'GET' ? 'curl' : `curl -X ${method}`, quote(url)]
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`)
  for (const [name, value] of Object.entries(form)) {
    const hidden = name === 'client_secret' && !showSecret
    parts.push(`--data-urlencode ${hidden ? `"${name}=$CLIENT_SECRET"` : quote(`${name}=${value}`)}`)
  }
  const [command, address, ...options] = parts
  return [`${command} ${address}`, ...options].join(' \\\n  ')
}

/** @param {string} text */
export function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Decoded, not verified. @param {string} token */
export function decodeJwt(token) {
  const [header, payload, signature] = token.split('.')
  if (header === undefined || payload === undefined || signature === undefined) return undefined
  const decoded = { header: parseObject(decode(header)), claims: parseObject(decode(payload)) }
  return decoded.header && decoded.claims ? { header: decoded.header, claims: decoded.claims } : undefined
}

/** @param {string} text */
function decode(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    )
    return new TextDecoder().decode(bytes)
  } catch {
    return ''
  }
}
