// Reports the existing passkeys to the browser (Web Authentication §5.1.10, Signal API), so that it does not offer deleted
// ones. Best effort: a browser without these functions, or without passkeys, does nothing.

const place = document.getElementById('signal')

/**
 * Of functions that the types do not know yet.
 *
 * @param {string} name
 * @param {Record<string, unknown>} what
 */
async function signal(name, what) {
  const all = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (window.PublicKeyCredential))
  const tell = all?.[name]
  if (typeof tell === 'function') await tell.call(all, what)
}

async function tell() {
  /** @type {Record<string, string>} */
  const { rpId, userId, credentialId, allAcceptedCredentialIds, name, displayName } = JSON.parse(
    place?.dataset.signal ?? '{}',
  )
  if (credentialId !== undefined) await signal('signalUnknownCredential', { rpId, credentialId })
  if (allAcceptedCredentialIds !== undefined)
    await signal('signalAllAcceptedCredentials', { rpId, userId, allAcceptedCredentialIds })
  if (name !== undefined) await signal('signalCurrentUserDetails', { rpId, userId, name, displayName })
}

// A browser that refuses keeps offering what it has: signing in then shows that it is unknown.
if ('PublicKeyCredential' in window) tell().catch(() => {})
