// Control+K, or Command+K on a Mac, follows the link to the search. Not in a field: its input would be lost.
const link = document.querySelector('[aria-keyshortcuts]')
document.addEventListener('keydown', (event) => {
  const isAsked =
    event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
  if (!isAsked || !(link instanceof HTMLElement)) return
  if (event.target instanceof Element && event.target.matches('input, textarea, select')) return
  event.preventDefault()
  link.click()
})
