// Turns the fields for a language and a time zone into lists to choose from. Without it, they are typed.
const reader = document.documentElement.lang
const languages = [
  'ar',
  'de',
  'en',
  'en-GB',
  'en-US',
  'es',
  'fr',
  'it',
  'ja',
  'ko',
  'nl',
  'pl',
  'pt',
  'pt-BR',
  'ru',
  'sv',
  'tr',
  'uk',
  'zh-Hans',
  'zh-Hant',
]
const names = new Intl.DisplayNames(reader, { type: 'language' })

choose(
  'locale',
  [...navigator.languages.filter(isLanguage), ...languages],
  (value) => names.of(value) ?? value,
)
choose('zoneinfo', Intl.supportedValuesOf('timeZone'), (value) => value.replaceAll('_', ' '))

/** A browser may be started with something else, like en-US@posix. @param {string} text */
function isLanguage(text) {
  return /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(text)
}

/** @param {string} id @param {readonly string[]} values @param {(value: string) => string} nameOf */
function choose(id, values, nameOf) {
  const field = document.getElementById(id)
  // A wrong value stays in sight, to be corrected.
  if (!(field instanceof HTMLInputElement) || field.ariaInvalid === 'true') return
  const select = document.createElement('select')
  for (const { name, value } of field.attributes) {
    if (['id', 'name', 'dir', 'autocomplete'].includes(name)) select.setAttribute(name, value)
  }
  // Names of time zones are identifiers, the same in each language.
  if (id === 'zoneinfo') select.translate = false
  const known = new Map(values.map((value) => [value, nameOf(value)]))
  // Another value than these is kept.
  if (!known.has(field.value) && field.value !== '') known.set(field.value, field.value)
  const sorted = [...known].toSorted(([, a], [, b]) => a.localeCompare(b, reader))
  select.append(new Option('', ''), ...sorted.map(([value, text]) => new Option(text, value)))
  select.value = field.value
  field.replaceWith(select)
  // It tells how to type the value.
  document.getElementById(`${id}-hint`)?.remove()
}
