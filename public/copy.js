// Shows the copy buttons, which can do nothing without JavaScript, and lets them work.
for (const button of document.querySelectorAll('button[data-copy]')) {
  const source = document.getElementById(button.dataset.copy)
  if (source === null) continue
  const label = button.textContent
  button.hidden = false
  button.addEventListener('click', async () => {
    const copied = await copy(source)
    button.textContent = copied ? 'Copied' : 'Selected'
    announce(copied ? 'Copied' : 'Selected: copy it with the keyboard')
    setTimeout(() => {
      button.textContent = label
    }, 2000)
  })
}

/** The clipboard is there only on https and localhost: elsewhere the text is selected, ready to be copied. */
async function copy(source) {
  const text = 'value' in source ? source.value : source.textContent
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    if ('select' in source) source.select()
    else getSelection()?.selectAllChildren(source)
    return false
  }
}

/** The buttons carry a longer name than they show, so what happened is said apart. */
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
