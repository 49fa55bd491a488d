// Remembers, in this browser, that a part of a page was folded.
for (const part of document.querySelectorAll('details[data-keep]')) {
  if (!(part instanceof HTMLDetailsElement)) continue
  const key = `folded:${part.dataset.keep}`
  try {
    if (localStorage.getItem(key) !== null) part.open = false
    part.addEventListener('toggle', () => {
      if (part.open) localStorage.removeItem(key)
      else localStorage.setItem(key, '')
    })
  } catch {
    // Without storage it is open again next time.
  }
}
