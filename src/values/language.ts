/** The languages of the pages, as BCP 47 tags. */
export const languages = ['en', 'de', 'fr', 'es', 'pt-BR', 'ja', 'zh-Hans', 'ar'] as const
export type Language = (typeof languages)[number]

/** In the operator's order of preference: the first is used when no other matches. */
export type Offered = readonly [Language, ...Language[]]

/** Comma-separated names. Undefined if the list is empty or names an unsupported language. */
export function parseLanguages(typed: string): Offered | undefined {
  const names = [...new Set(typed.split(',').map((name) => name.trim()))]
  const [first, ...others] = names.map((name) => languages.find((language) => language === name))
  return first !== undefined && others.every((other) => other !== undefined) ? [first, ...others] : undefined
}

/**
 * The first preference that is supported: exactly, or by its language alone (RFC 4647 §3.4). Another script of the same
 * language comes only after every other preference: a reader of traditional Chinese may prefer English to simplified Chinese.
 */
export function chooseLanguage(preferences: readonly string[], offered: Offered): Language {
  const wishes = preferences.filter((wish) => wish !== '')
  const meets = [
    (wish: string, language: string) => language === wish,
    (wish: string, language: string) =>
      primaryOf(language) === primaryOf(wish) && sharesScript(wish, language),
  ]
  for (const wish of wishes) {
    for (const meet of meets) {
      const found = offered.find((language) => meet(wish.toLowerCase(), language.toLowerCase()))
      if (found !== undefined) return found
    }
  }
  const byLanguage = wishes.flatMap((wish) => offered.find((one) => primaryOf(one) === primaryOf(wish)) ?? [])
  return byLanguage[0] ?? offered[0]
}

function primaryOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? ''
}

function sharesScript(wish: string, language: string): boolean {
  const [wished, offered] = [scriptOf(wish), scriptOf(language)]
  return wished === undefined || offered === undefined || wished === offered
}

/** ISO 15924, in lower case. A region can also imply the traditional script of Chinese. */
function scriptOf(tag: string): string | undefined {
  const [, script] = /^[a-z]{2,3}-([a-z]{4})(?:-|$)/.exec(tag) ?? []
  return script ?? (/^zh-(?:tw|hk|mo)(?:-|$)/.test(tag) ? 'hant' : undefined)
}

/** Accept-Language by preference, RFC 9110 §12.4.2, §12.5.4: `q` in either case. Refused languages (`q=0`) are left out. */
export function parseAcceptLanguage(header: string): readonly string[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const weight = /^\s*q=([01](?:\.[0-9]{0,3})?)\s*$/i.exec(parameters.join(';'))?.[1]
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ tag, weight }) => /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}
