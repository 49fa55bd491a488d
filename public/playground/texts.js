// @ts-check
/** What the steps say, in the language of the page. It stands beside the page, wherever that is served from. */

/** @param {string} language @returns {Promise<typeof import('../messages/playground/en.json')>} */
async function read(language) {
  return (await fetch(`/messages/playground/${language}.json`)).json()
}

export const { lang: language } = document.documentElement
const texts = await read(language).catch(() => read('en'))
export const { say: words, errors } = texts
/** What parameters and claims are for. @type {Readonly<Record<string, string>>} */
export const parameters = texts.parameters
/** @type {Readonly<Record<string, string>>} */
export const claims = texts.claims

/** Among letters that run from right to left a value keeps its own direction: UAX #9, FSI and PDI. @param {string | number} value */
function isolated(value) {
  return document.documentElement.dir === 'rtl' ? `\u2068${value}\u2069` : String(value)
}

/**
 * A text with something in the place of each `{name}`: an element, or plain text.
 *
 * @param {string} text @param {Readonly<Record<string, string | Node>>} values
 */
export function fill(text, values) {
  return text.split(/\{(\w+)\}/).map((part, i) => {
    const value = values[part] ?? ''
    return i % 2 === 0 ? part : typeof value === 'string' ? isolated(value) : value
  })
}

/** The same where only text can stand. @param {string} text @param {Readonly<Record<string, string | number>>} values */
export function fillText(text, values) {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => isolated(values[name] ?? ''))
}
