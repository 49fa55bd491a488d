import type { LanguageChoice } from '../store/people/languages.ts'
import { type Area, english, type MailTexts, type Messages } from '../ui/words/messages/index.ts'
import { chooseLanguage, type Language, parseAcceptLanguage } from '../values/language.ts'
import type { Seconds } from '../values/time.ts'
import { type Context, learn } from './context.ts'
import { note } from './log.ts'
import { keepCookie, readCookie } from './sign-in/cookies.ts'
import { readStaticFile } from './static-file.ts'

/** Before a page is made: its language, and what it says. When that can't be read it speaks English. */
export async function speak(c: Context): Promise<void> {
  const language = languageOf(c)
  const messages = language === 'en' ? english : await readMessages(c, language)
  learn(c, { language: messages === undefined ? 'en' : language, messages: messages ?? english })
}

/** Reads the texts of these areas. From then on pages of them can be shown; when one can't be read, the request fails before it does anything. */
export async function readTexts<A extends Area>(c: Context, areas: readonly A[]): Promise<Context<A>> {
  const { language } = c.var
  const texts = await Promise.all(
    areas.map(async (area) => [area, await readStaticFile(c, `/messages/${area}/${language}.json`)]),
  )
  learn(c, { texts: { ...c.var.texts, ...Object.fromEntries(texts) } })
  // Each file was deployed together with this code, and the type check has seen that every text is in it.
  return c as Context<A>
}

/** For a mail in a language: what it says, in English if that can't be read. */
export function readMailTexts(c: Context, language: Language) {
  const read = async (language: Language) => {
    const [mails, messages] = await Promise.all([
      readStaticFile(c, `/messages/mails/${language}.json`),
      language === 'en' ? english : readStaticFile(c, `/messages/sign-in/${language}.json`),
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

/** A choice in the menu counts before `ui_locales` for as long as a request may wait, and after it from then on. In seconds. */
const choiceFor = 3600

/**
 * The language that was asked for: what the person has just chosen on a page; what the application asks for (`ui_locales`, OIDC
 * Core §3.1.2.1), also of the pending request that `next` is; what the person chose earlier; what the browser prefers.
 */
function languageOf(c: Context): Language {
  const { searchParams } = new URL(c.req.url)
  const next = searchParams.get('next') ?? ''
  const pending = new URLSearchParams(next.split('?')[1])
  const asked = searchParams.get('ui_locales') ?? pending.get('ui_locales') ?? ''
  const [chosen, chosenAt] = readChoice(c)
  const isNew = c.var.now - chosenAt < choiceFor
  const preferred = parseAcceptLanguage(c.req.header('accept-language') ?? '')
  const wishes = isNew ? [chosen, ...asked.split(' ')] : [...asked.split(' '), chosen]
  return chooseLanguage([...wishes, ...preferred], c.var.config.languages)
}

/** The choice that this browser remembers, as it says itself, and when it was made: 0 when it does not know. */
function readChoice(c: Context): readonly [string, Seconds] {
  const [chosen = '', chosenAt = ''] = (readCookie(c, 'language') ?? '').split('.')
  return [chosen, /^[0-9]{1,12}$/.test(chosenAt) ? Math.min(Number(chosenAt), c.var.now) : 0]
}

/** What the account of somebody who signs in learns of their language. */
export function languageChoice(c: Context): LanguageChoice {
  const [chosen, chosenAt] = readChoice(c)
  return chosenAt > 0 && isSpoken(c, chosen)
    ? { language: chosen, chosenAt }
    : { language: c.var.language, chosenAt: 0 }
}

export function rememberLanguage(c: Context, language: Language): void {
  keepCookie(c, 'language', `${language}.${c.var.now}`, 365 * 86_400)
}

/** Whether the pages speak it here. */
export function isSpoken(c: Context, value: string | undefined): value is Language {
  return c.var.config.languages.some((language) => language === value)
}
