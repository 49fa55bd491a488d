// Shows the copy buttons, which do nothing without JavaScript, and activates them.
for (const button of document.querySelectorAll('button')) {
  const source = document.getElementById(button.dataset.copy ?? '')
  if (source === null) continue
  const label = button.textContent
  button.hidden = false
  button.addEventListener('click', async () => {
    const copied = await copy(source)
    const { copied: done = '', selected = '' } = button.dataset
    if (copied) button.textContent = done
    announce(copied ? done : selected)
    setTimeout(() => {
      button.textContent = label
    }, 2000)
  })
}

/**
 * The clipboard exists only on https and localhost: elsewhere the text is selected, ready to be copied.
 *
 * @param {HTMLElement} source
 */
async function copy(source) {
  const field =
    source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement ? source : undefined
  const text = field?.value ?? source.textContent ?? ''
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    if (field !== undefined) field.select()
    else getSelection()?.selectAllChildren(source)
    return false
  }
}

/** The buttons have longer names than their visible text, so the result is announced separately. @param {string} text */
function announce(text) {
  const status = document.getElementById('copy-status') ?? document.createElement('p')
  if (!status.isConnected) {
    status.id = 'copy-status'
    status.className = 'unseen'
    status.setAttribute('role', 'status')
    document.body.append(status)
  }
  status.textContent = text
}
