// @ts-check
import { server } from './page.js'
import { link } from './show.js'
import { errors, fill, words } from './texts.js'

/**
 * Why an error happens, and how to fix it.
 *
 * @param {string} error @param {boolean} secretSent @returns {readonly [reason: string, fix: readonly (string | Node)[]]}
 */
export function explainError(error, secretSent) {
  const { why, fix } = find(error === 'invalid_client' ? (secretSent ? 'wrong_secret' : 'no_secret') : error)
  return [why, fill(fix, { metadata: link(words.metadata, server.metadata) })]
}

/** @param {string} error */
function find(error) {
  /** @type {Readonly<Record<string, typeof errors.unknown>>} */
  const known = errors
  return (Object.hasOwn(known, error) ? known[error] : undefined) ?? errors.unknown
}
