// Passes a new client secret to the playground, in this tab only: a URL would keep it in the history. The link is hidden until
// it can do that.
for (const link of document.querySelectorAll('a[data-try]')) {
  link.removeAttribute('hidden')
  link.addEventListener('click', () => {
    const { try: clientId = '', secret = '' } = /** @type {HTMLElement} */ (link).dataset
    try {
      sessionStorage.setItem('try-application', JSON.stringify({ clientId, secret }))
    } catch {
      // Without storage the playground asks for it.
    }
  })
}
