// @ts-check
import { claims, fill, fillText, language, words } from './texts.js'

/** The claims that are times, in Unix seconds. */
const times = new Set(['iat', 'nbf', 'exp', 'auth_time'])

const locale = language === 'en' ? 'en-GB' : language
/** With the time zone. */
const styles = /** @type {const} */ ({ dateStyle: 'medium', timeStyle: 'long', hourCycle: 'h23' })

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`There is no #${id}`)
  return found
}

/** @param {ParentNode} parent @param {string} selector @returns {HTMLElement} */
export function find(parent, selector) {
  const found = parent.querySelector(selector)
  if (!(found instanceof HTMLElement)) throw new Error(`There is no ${selector}`)
  return found
}

/** @param {string} tag @param {...(string | Node)} children */
export function element(tag, ...children) {
  const made = document.createElement(tag)
  made.append(...children)
  return made
}

/** The description that a server gave, which is in English on every page. @param {string} text */
export function quoted(text) {
  const made = element('span', text)
  made.lang = 'en'
  made.dir = 'ltr'
  return made
}

/** @param {string} text @param {string} href */
export function link(text, href) {
  const made = document.createElement('a')
  made.href = href
  made.textContent = text
  return made
}

/** @param {string} text */
export function shorten(text) {
  return text.length > 24 ? `${text.slice(0, 8)}…${text.slice(-8)}` : text
}

/**
 * Fills a `<dl>`: name, value, meaning.
 *
 * @param {HTMLElement} list @param {Iterable<readonly [name: string, value: string, meaning: string | Node]>} rows
 */
export function showFacts(list, rows) {
  const groups = [...rows].map(([name, value, meaning]) =>
    element(
      'div',
      element('dt', element('code', name)),
      element('dd', element('code', value), element('p', meaning)),
    ),
  )
  list.replaceChildren(...groups)
}

/** The header or the claims of a token. @param {HTMLElement} list @param {Record<string, unknown>} values */
export function showClaims(list, values) {
  showFacts(
    list,
    Object.entries(values).map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      const meaning = claims[name] ?? ''
      return [name, text, times.has(name) && typeof value === 'number' ? time(meaning, value) : meaning]
    }),
  )
}

/** @param {string} meaning @param {number} seconds */
function time(meaning, seconds) {
  const made = document.createElement('time')
  const date = new Date(seconds * 1000)
  made.dateTime = date.toISOString()
  made.textContent = distance(date)
  return element(
    'span',
    ...fill(words.timed, { meaning, date: date.toLocaleString(locale, styles), distance: made }),
  )
}

/** @param {Date} date */
function distance(date) {
  const seconds = Math.round((date.getTime() - Date.now()) / 1000)
  const size = Math.abs(seconds)
  const minutes = Math.floor(size / 60)
  const parts = { h: Math.floor(minutes / 60), m: minutes, s: minutes > 0 ? size % 60 : size }
  const time = fillText(minutes > 120 ? words.hours : minutes > 0 ? words.minutes : words.seconds, parts)
  return fillText(seconds > 0 ? words.left : words.ago, { time })
}

/** Updates the remaining times. */
export function tick() {
  for (const made of document.querySelectorAll('time')) made.textContent = distance(new Date(made.dateTime))
}

/** Opens a step that is ready, or closes it. @param {HTMLElement} section @param {boolean} ready */
export function showReady(section, ready) {
  find(section, '[data-ready]').hidden = !ready
  const waiting = section.querySelector('[data-waiting]')
  if (waiting instanceof HTMLElement) waiting.hidden = ready
}

/** @param {HTMLElement} section @param {string} text */
export function say(section, text) {
  find(section, '[data-status]').textContent = text
}

/**
 * The current problem, in its step.
 *
 * @param {HTMLElement} section @param {string | Node} title @param {readonly (string | Node)[]} fix @param {string} [detail]
 */
export function showProblem(section, title, fix, detail = '') {
  const problem = byId('problem')
  const parts = [element('p', element('strong', title)), element('p', ...fix)]
  if (detail !== '') parts.push(element('p', element('code', detail)))
  find(section, '[data-status]').after(problem)
  problem.hidden = false
  problem.replaceChildren(...parts)
  problem.focus()
}

export function clearProblem() {
  const problem = byId('problem')
  problem.hidden = true
  problem.replaceChildren()
}
