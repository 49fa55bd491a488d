// @ts-check

/**
 * The secret of an application that somebody comes from to try it. Once: it is in the fields of the page from then on.
 *
 * @param {string} clientId
 * @returns {string} empty when none was brought
 */
export function takeSecretOf(clientId) {
  try {
    const kept = JSON.parse(sessionStorage.getItem('try-application') ?? '{}')
    sessionStorage.removeItem('try-application')
    return kept.clientId === clientId ? String(kept.secret) : ''
  } catch {
    return ''
  }
}
