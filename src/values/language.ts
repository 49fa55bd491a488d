/** What the pages speak, as BCP 47 tags. */
export const languages = ['en', 'de', 'fr', 'es', 'pt-BR', 'ja', 'zh-Hans', 'ar'] as const
export type Language = (typeof languages)[number]

/** In the order of preference of whoever runs the server: the first is spoken when nothing else is wished. */
export type Offered = readonly [Language, ...Language[]]

/** Names between commas. Undefined when one of them is none of ours, or there is none. */
export function parseLanguages(typed: string): Offered | undefined {
  const names = [...new Set(typed.split(',').map((name) => name.trim()))]
  const [first, ...others] = names.map((name) => languages.find((language) => language === name))
  return first !== undefined && others.every((other) => other !== undefined) ? [first, ...others] : undefined
}

/** The first wish that can be met: exactly, or by its language alone (RFC 4647 §3.4). */
export function chooseLanguage(wishes: readonly string[], offered: Offered): Language {
  for (const wish of wishes) {
    const exact = offered.find((language) => language.toLowerCase() === wish.toLowerCase())
    const [primary = ''] = wish.toLowerCase().split('-')
    const found = exact ?? offered.find((language) => language.toLowerCase().split('-')[0] === primary)
    if (found !== undefined) return found
  }
  return offered[0]
}

/** Accept-Language by preference, RFC 9110 §12.5.4. What is refused (`q=0`) is left out. */
export function parseAcceptLanguage(header: string): readonly string[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const weight = /^\s*q=([01](?:\.[0-9]{0,3})?)\s*$/.exec(parameters.join(';'))?.[1]
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ tag, weight }) => /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}
