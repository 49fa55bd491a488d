// @ts-check
import { held } from './page.js'
import { byId, element, find, link } from './show.js'
import { fill, fillText, words } from './texts.js'

/** The numbered steps, in their order. */
const ids = ['link', 'answer', 'exchange', 'userinfo', 'api', 'refresh', 'revoke']
const entries = ids.map((id) => element('li', link(byId(`${id}-title`).textContent ?? '', `#${id}`)))
/** @type {Set<string>} */
const done = new Set()

const list = element('nav', element('ol', ...entries))
list.id = 'progress'
list.setAttribute('aria-label', words.steps)
byId('steps').prepend(list)

/** The step stays open with its request and result; the ones before it become a line. @param {string} id */
export function finish(id) {
  for (const earlier of done) if (earlier !== id) fold(earlier, true)
  done.add(id)
  fold(id, false)
  if (id === 'exchange') document.querySelector('[role=timer]')?.remove()
  // The tokens follow their request at once.
  byId(id)
    .querySelector('[data-sends]')
    ?.toggleAttribute('open', id !== 'exchange')
  showProgress()
}

list.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLAnchorElement) fold(target.hash.slice(1), false)
})

/** @param {string} id @param {boolean} folded */
function fold(id, folded) {
  const section = byId(id)
  const toggle = section.querySelector(':scope > button') ?? addToggle(section)
  section.toggleAttribute('data-folded', folded)
  const text = folded ? words.show : words.hide
  toggle.textContent = text
  toggle.setAttribute('aria-expanded', String(!folded))
  toggle.setAttribute('aria-label', `${text}: ${byId(`${id}-title`).textContent}`)
}

/** @param {HTMLElement} section */
function addToggle(section) {
  const toggle = element('button')
  toggle.setAttribute('type', 'button')
  toggle.className = 'secondary small'
  toggle.addEventListener('click', () => fold(section.id, !section.hasAttribute('data-folded')))
  byId(`${section.id}-title`).after(toggle)
  return toggle
}

/** Marks the steps that are done, and the first of the others that is possible: userinfo needs the scope openid. */
export function showProgress() {
  const next = ids.findIndex((id) => !done.has(id) && !byId(id).querySelector('[data-ready][hidden]'))
  for (const [i, entry] of entries.entries()) {
    entry.toggleAttribute('data-done', done.has(ids[i] ?? ''))
    if (i === next) entry.setAttribute('aria-current', 'step')
    else entry.removeAttribute('aria-current')
  }
}

/**
 * How long the code still works. It is counted from the arrival of the answer, a moment after the code was issued.
 *
 * @param {number} lifetime in seconds
 */
export function countDown(lifetime) {
  const shown = element('p')
  // A reader of the screen can ask for it, and is not told each second.
  shown.setAttribute('role', 'timer')
  find(byId('exchange'), '[data-send]').before(shown)
  const until = Date.now() + lifetime * 1000
  const timer = setInterval(show, 1000)
  show()

  function show() {
    const seconds = Math.ceil((until - Date.now()) / 1000)
    if (seconds > 0) shown.textContent = fillText(words.codeLeft, { seconds })
    else shown.replaceChildren(...fill(words.codeLate, { startOver: link(words.startOver, '/playground') }))
    if (held.tokens !== undefined || seconds <= 0) clearInterval(timer)
  }
}
