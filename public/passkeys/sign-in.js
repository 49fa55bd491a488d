import { bytes, say, send, text } from './browser.js'

const form = document.getElementById('passkey')

/** Of the request that waits for somebody to choose a passkey from the list under the username. */
let waiting = new AbortController()

/**
 * A challenge is good for five minutes, and the page may stand open for longer: it is fetched when it is needed.
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

/** Offers passkeys where the username is typed, once more before the challenge grows old. @param {HTMLFormElement} form */
async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  renewal = setTimeout(() => offer(form), 240_000)
  // Nobody asked for it, so nobody is told that it came to nothing.
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

// Whoever signs in by password is asked whether they want a passkey, on a device that has them itself.
const able = document.getElementById('can_have_passkey')
if (able instanceof HTMLInputElement && 'PublicKeyCredential' in window) {
  if (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()) able.value = 'yes'
}
