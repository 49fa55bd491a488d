import { make } from './browser.js'

// After a sign-in by password, a password manager may make a passkey without a question (Web Authentication §5.1.4, conditional
// create). What the person chooses on the page comes first: then the browser must not be at it any more.

const form = document.getElementById('passkey')
const waiting = new AbortController()
addEventListener('pagehide', () => waiting.abort())
for (const choice of document.querySelectorAll('main .choices a, main .choices button')) {
  choice.addEventListener('click', () => waiting.abort())
}

/** @param {HTMLFormElement} form */
async function offer(form) {
  const capabilities = await window.PublicKeyCredential?.getClientCapabilities?.()
  if (!capabilities?.conditionalCreate || waiting.signal.aborted) return
  await make(form, { mediation: 'conditional', signal: waiting.signal })
}

// Nobody asked for it, so nobody is told that it came to nothing.
if (form instanceof HTMLFormElement) offer(form).catch(() => {})
