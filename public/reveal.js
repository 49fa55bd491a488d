// Shows the buttons that make a password readable, which do nothing without JavaScript.
for (const button of document.querySelectorAll('button[data-reveal]')) {
  const { reveal = '' } = /** @type {HTMLElement} */ (button).dataset
  const field = document.getElementById(reveal)
  if (!(field instanceof HTMLInputElement) || !(button instanceof HTMLButtonElement)) continue
  /** @param {boolean} isShown */
  const show = (isShown) => {
    field.type = isShown ? 'text' : 'password'
    button.setAttribute('aria-pressed', String(isShown))
  }
  button.hidden = false
  button.addEventListener('click', () => show(field.type === 'password'))
  // A browser may remember what was sent as text.
  field.form?.addEventListener('submit', () => show(false))
}
