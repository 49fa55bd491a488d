// @ts-check
/** The texts of the steps, in the language of the page. They are served from the same origin as the page. */

/** @param {string} language @returns {Promise<typeof import('../messages/playground/en.json')>} */
async function read(language) {
  return (await fetch(`/messages/playground/${language}.json`)).json()
}

export const { lang: language } = document.documentElement
const texts = await read(language).catch(() => read('en'))
export const { say: words, errors } = texts
/** The meanings of parameters and claims. @type {Readonly<Record<string, string>>} */
export const parameters = texts.parameters
/** @type {Readonly<Record<string, string>>} */
export const claims = texts.claims

/** In right-to-left text a value keeps its own direction: UAX #9, FSI and PDI. @param {string | number} value */
function isolated(value) {
  return document.documentElement.dir === 'rtl' ? `\u2068${value}\u2069` : String(value)
}

/**
 * A text with an element or plain text in place of each `{name}`.
 *
 * @param {string} text @param {Readonly<Record<string, string | Node>>} values
 */
export function fill(text, values) {
  return text.split(/\{(\w+)\}/).map((part, i) => {
    const value = values[part] ?? ''
    return i % 2 === 0 ? part : typeof value === 'string' ? isolated(value) : value
  })
}

/** The same where only plain text is allowed. @param {string} text @param {Readonly<Record<string, string | number>>} values */
export function fillText(text, values) {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => isolated(values[name] ?? ''))
}
