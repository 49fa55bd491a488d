import { make, say } from './browser.js'

const form = document.getElementById('passkey')

if (!('PublicKeyCredential' in window)) document.getElementById('unable')?.removeAttribute('hidden')
else if (form instanceof HTMLFormElement) {
  form.hidden = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    say(form, '')
    try {
      await make(form)
    } catch (error) {
      const known = error instanceof DOMException && error.name === 'InvalidStateError'
      say(form, (known ? form.dataset.known : form.dataset.none) ?? '')
    }
  })
}
