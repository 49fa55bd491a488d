import type { LanguageChoice } from '../store/people/languages.ts'
import { type Area, english, type MailTexts, type Messages } from '../ui/words/messages/index.ts'
import { chooseLanguage, type Language, parseAcceptLanguage } from '../values/language.ts'
import type { Seconds } from '../values/time.ts'
import { type Context, learn } from './context.ts'
import { note } from './log.ts'
import { keepCookie, readCookie } from './sign-in/cookies.ts'
import { knownFile, type ReadFile, readStaticFile } from './static-file.ts'

/** Before a page is rendered: its language, and the texts of it. If they can't be read, the page is in English. */
export async function speak(c: Context): Promise<void> {
  const language = languageOf(c)
  const messages = language === 'en' ? english : await readMessages(c, language)
  learn(c, { language: messages === undefined ? 'en' : language, messages: messages ?? english })
}

/**
 * Reads the texts of these areas. From then on their pages can be shown; if one can't be read, the request fails before it does
 * anything.
 */
export async function readTexts<A extends Area>(c: Context, areas: readonly A[]): Promise<Context<A>> {
  const pathOf = (area: Area) => `/messages/${area}/${c.var.language}.json`
  const unknown = areas.filter((area) => knownFile(pathOf(area)) === undefined)
  await Promise.all(unknown.map((area) => readStaticFile(c, pathOf(area))))
  const texts = areas.map((area) => [area, knownFile(pathOf(area))])
  learn(c, { texts: { ...c.var.texts, ...Object.fromEntries(texts) } })
  // Each file was deployed together with this code, and the type check verified that it contains every text.
  return c as Context<A>
}

/** The texts for a mail in a language, in English if they can't be read. */
export function readMailTexts(readFile: ReadFile, language: Language) {
  const read = async (language: Language) => {
    const [mails, messages] = await Promise.all([
      readFile(`/messages/mails/${language}.json`),
      language === 'en' ? english : readFile(`/messages/sign-in/${language}.json`),
    ])
    // As above.
    return { language, mails: mails as MailTexts, devices: (messages as Messages).devices }
  }
  return read(language).catch(() => read('en'))
}

async function readMessages(c: Context, language: Language): Promise<Messages | undefined> {
  try {
    // As above.
    return (await readStaticFile(c, `/messages/sign-in/${language}.json`)) as Messages
  } catch (error) {
    note(c, { reason: String(error) })
    return undefined
  }
}

/**
 * Seconds during which a choice in the menu precedes `ui_locales`: as long as a request may wait. After that `ui_locales` comes
 * first.
 */
const choiceFor = 3600

/**
 * The language of the page: the person's latest choice on a page; the one that the application requests (`ui_locales`, OIDC
 * Core §3.1.2.1), also in the pending request of `next`; the person's earlier choice; the browser's preference.
 */
function languageOf(c: Context): Language {
  // Most requests name none, neither in the query nor in the one of `next`.
  const names = c.req.url.includes('ui_locales')
  const asked = (names ? (c.req.query('ui_locales') ?? pendingLocales(c)) : undefined) ?? ''
  const [chosen, chosenAt] = readChoice(c)
  const isNew = c.var.now - chosenAt < choiceFor
  const preferred = parseAcceptLanguage(c.req.header('accept-language') ?? '')
  const wishes = isNew ? [chosen, ...asked.split(' ')] : [...asked.split(' '), chosen]
  return chooseLanguage([...wishes, ...preferred], c.var.config.languages)
}

function pendingLocales(c: Context): string | null | undefined {
  const pending = c.req.query('next')?.split('?')[1]
  return pending === undefined ? undefined : new URLSearchParams(pending).get('ui_locales')
}

/** The choice stored in this browser, and when it was made: 0 when unknown. */
function readChoice(c: Context): readonly [string, Seconds] {
  const [chosen = '', chosenAt = ''] = (readCookie(c, 'language') ?? '').split('.')
  return [chosen, /^[0-9]{1,12}$/.test(chosenAt) ? Math.min(Number(chosenAt), c.var.now) : 0]
}

/** The language information for the account of a person who signs in. */
export function languageChoice(c: Context): LanguageChoice {
  const [chosen, chosenAt] = readChoice(c)
  return chosenAt > 0 && isSpoken(c, chosen)
    ? { language: chosen, chosenAt }
    : { language: c.var.language, chosenAt: 0 }
}

export function rememberLanguage(c: Context, language: Language): void {
  keepCookie(c, 'language', `${language}.${c.var.now}`, 365 * 86_400)
}

/** Whether the pages exist in this language here. */
export function isSpoken(c: Context, value: string | undefined): value is Language {
  return c.var.config.languages.some((language) => language === value)
}
