import { bytes, say, send, text } from './browser.js'

const form = document.getElementById('passkey')

/** @param {HTMLFormElement} form */
async function add(form) {
  const { challenge, user, excludeCredentials, ...options } = JSON.parse(form.dataset.options ?? '{}')
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(challenge),
      user: { ...user, id: bytes(user.id) },
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

if (form instanceof HTMLFormElement && 'PublicKeyCredential' in window) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    say(form, '')
    try {
      await add(form)
    } catch (error) {
      const known = error instanceof DOMException && error.name === 'InvalidStateError'
      say(form, known ? 'This device has a passkey for you already.' : 'No passkey was made. Try again.')
    }
  })
}
