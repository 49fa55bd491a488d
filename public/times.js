// Shows times in the reader's time zone. The server writes them in UTC, for readers without scripts.
const { lang } = document.documentElement
const language = lang === 'en' ? 'en-GB' : lang
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
const day = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'short', day: 'numeric' })
const minute = new Intl.DateTimeFormat(language, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
// A date without a time is a day in UTC, and is not changed.
const times = [...document.querySelectorAll('time')]
  .filter(({ dateTime }) => dateTime.includes('T'))
  .map((element) => ({ element, utc: element.textContent ?? '', width: element.offsetWidth }))

// A column of times must not move: all widths are read before the first one changes. Within a sentence there would be a gap.
for (const { element, width } of times) {
  const siblings = [...(element.parentNode?.childNodes ?? [])]
  if (siblings.some((node) => node instanceof Text && node.data.trim() !== '')) continue
  element.style.display = 'inline-block'
  element.style.minInlineSize = `${width}px`
}
showAll()
setInterval(showAll, 60_000)

function showAll() {
  for (const { element, utc } of times) {
    const at = new Date(element.dateTime)
    const local = (utc.includes('UTC') ? minute : day).format(at)
    const ago = describeDistance((at.getTime() - Date.now()) / 1000)
    const isShort = element.dataset.ago !== undefined && ago !== undefined
    element.textContent = isShort ? ago : local
    const inUtc = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
    element.title = [isShort ? undefined : ago, minute.format(at), inUtc].filter(Boolean).join(' · ')
  }
}

/** Like “3 minutes ago”, within a day. @param {number} seconds */
function describeDistance(seconds) {
  const far = Math.abs(seconds)
  if (far < 45) return relative.format(0, 'second')
  if (far < 3570) return relative.format(Math.round(seconds / 60), 'minute')
  if (far < 86_400) return relative.format(Math.round(seconds / 3600), 'hour')
  return undefined
}
