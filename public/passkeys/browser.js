// The browser's functions for passkeys take and return bytes; they are sent as base64url. Converted here, since the browser's
// own conversions (parseRequestOptionsFromJSON, toJSON) are missing in browsers that are still in use.

/** @param {string} text */
export function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
}

/** @param {ArrayBuffer} buffer */
export function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/**
 * Has the browser create a passkey, by the options of the form, and sends the form with it.
 *
 * @param {HTMLFormElement} form
 * @param {{ name?: string, mediation?: CredentialMediationRequirement, signal?: AbortSignal }} [how] `name`: of a person whom
 * the server does not know yet.
 */
export async function make(form, { name, ...how } = {}) {
  const { challenge, user, excludeCredentials, ...options } = JSON.parse(form.dataset.options ?? '{}')
  const named = name === undefined ? user : { ...user, name, displayName: name }
  const credential = await navigator.credentials.create({
    ...how,
    publicKey: {
      ...options,
      challenge: bytes(challenge),
      user: { ...named, id: bytes(user.id) },
      excludeCredentials: excludeCredentials.map(
        /** @param {{ id: string, type: 'public-key' }} known */
        (known) => ({ ...known, id: bytes(known.id) }),
      ),
    },
  })
  if (!(credential instanceof PublicKeyCredential)) throw new Error('No passkey')
  const { response } = credential
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new Error('No answer')
  send(form, credential, { attestationObject: text(response.attestationObject) })
}

/**
 * Sends the form with the browser's credential.
 *
 * @param {HTMLFormElement} form
 * @param {PublicKeyCredential} credential
 * @param {Record<string, string | null>} response
 */
export function send(form, credential, response) {
  const clientDataJSON = text(credential.response.clientDataJSON)
  const field = form.elements.namedItem('credential')
  if (!(field instanceof HTMLInputElement)) throw new Error('No field for the passkey')
  field.value = JSON.stringify({ id: credential.id, response: { ...response, clientDataJSON } })
  form.submit()
}

/**
 * Shows a problem above the form, for screen readers too.
 *
 * @param {HTMLFormElement} form
 * @param {string} problem Empty to remove it.
 */
export function say(form, problem) {
  form.querySelector('[role="alert"]')?.remove()
  if (problem === '') return
  const place = document.createElement('p')
  place.className = 'problem'
  place.setAttribute('role', 'alert')
  place.textContent = problem
  form.prepend(place)
}
