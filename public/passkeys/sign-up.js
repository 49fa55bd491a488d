import { make, say } from './browser.js'

const form = document.getElementById('sign-up')
const button = document.getElementById('passkey')

/** @param {HTMLFormElement} form */
function nameIn(form) {
  const fields = ['username', 'email'].map((name) => form.elements.namedItem(name))
  const missing = fields.find((field) => !(field instanceof HTMLInputElement && field.value.trim() !== ''))
  if (missing instanceof HTMLInputElement) missing.focus()
  const [username] = fields
  return missing === undefined && username instanceof HTMLInputElement ? username.value.trim() : undefined
}

if (form instanceof HTMLFormElement && button !== null && 'PublicKeyCredential' in window) {
  button.hidden = false
  button.addEventListener('click', async () => {
    say(form, '')
    const name = nameIn(form)
    if (name === undefined) {
      say(form, form.dataset.incomplete ?? '')
      return
    }
    try {
      await make(form, { name })
    } catch {
      say(form, form.dataset.none ?? '')
    }
  })
}
