import { bytes, say, send, text } from './browser.js'

const form = document.getElementById('passkey')

/** Aborts the request that waits for a passkey from the list under the username. */
let waiting = new AbortController()

/**
 * A challenge is valid for five minutes, and the page may be open for longer: it is fetched when it is needed.
 *
 * @param {HTMLFormElement} form
 * @param {CredentialMediationRequirement} mediation
 */
async function signIn(form, mediation) {
  waiting.abort()
  waiting = new AbortController()
  const { signal } = waiting
  const answer = await fetch(form.action, { signal })
  if (!answer.ok) throw new Error('No challenge')
  const { challenge, ...options } = await answer.json()
  const publicKey = { ...options, challenge: bytes(challenge) }
  const credential = await navigator.credentials.get({ publicKey, mediation, signal })
  if (!(credential instanceof PublicKeyCredential)) throw new Error('No passkey')
  const { response } = credential
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new Error('No answer')
  const { authenticatorData, signature, userHandle } = response
  send(form, credential, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle === null ? null : text(userHandle),
  })
}

let renewal = 0

/** Offers passkeys at the username, again before the challenge expires. @param {HTMLFormElement} form */
async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  renewal = setTimeout(() => offer(form), 240_000)
  // Nobody requested it, so a failure is not shown.
  signIn(form, 'conditional').catch(() => {})
}

if (form instanceof HTMLFormElement && 'PublicKeyCredential' in window) {
  form.hidden = false
  form.querySelector('button')?.addEventListener('click', async () => {
    say(form, '')
    clearTimeout(renewal)
    try {
      await signIn(form, 'optional')
    } catch {
      say(form, form.dataset.none ?? '')
      await offer(form)
    }
  })
  await offer(form)
}

// After a password sign-in, people are asked whether they want a passkey, on a device that supports them.
const able = document.getElementById('can_have_passkey')
if (able instanceof HTMLInputElement && 'PublicKeyCredential' in window) {
  if (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()) able.value = 'yes'
}
