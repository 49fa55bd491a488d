// Shows the buttons that add a line to a field, which do nothing without JavaScript.
for (const group of document.querySelectorAll('[data-add]')) {
  if (!(group instanceof HTMLElement)) continue
  const field = document.getElementById(group.dataset.add ?? '')
  if (!(field instanceof HTMLTextAreaElement)) continue
  group.hidden = false
  group.addEventListener('click', ({ target }) => {
    const line = target instanceof HTMLButtonElement ? target.value : ''
    if (line === '') return
    const lines = field.value.split('\n').filter((typed) => typed.trim() !== '')
    if (!lines.some((typed) => typed.trim() === line)) field.value = [...lines, line].join('\n')
    // A screen reader reads the field, and the line can be changed at once.
    field.focus()
    field.setSelectionRange(field.value.length, field.value.length)
  })
}
