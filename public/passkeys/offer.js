import { make } from './browser.js'

// After a sign-in by password, a password manager may create a passkey without a question (Web Authentication §5.1.4,
// conditional create). The person's choice on the page comes first: then the browser must not be waiting any more.

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

// Nobody requested it, so a failure is not shown.
if (form instanceof HTMLFormElement) offer(form).catch(() => {})
