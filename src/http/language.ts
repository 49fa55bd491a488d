import { getCookie, setCookie } from 'hono/cookie'
import { chooseLanguage, type Language, languages, parseAcceptLanguage } from '../protocol/language.ts'
import { english, type Messages } from '../ui/messages/index.ts'
import type { Context } from './context.ts'
import { note } from './log.ts'

/** What this isolate has read of public/messages. */
const read = new Map<Language, Messages>([['en', english]])

/** Before a page is made: its language, and the texts. When those can't be read it speaks English. */
export async function speak(c: Context): Promise<void> {
  const language = languageOf(c)
  const messages = read.get(language) ?? (await readMessages(c, language))
  c.set('language', messages === undefined ? 'en' : language)
  c.set('messages', messages ?? english)
}

async function readMessages(c: Context, language: Language): Promise<Messages | undefined> {
  try {
    const response = await c.env.ASSETS.fetch(new URL(`/messages/${language}.json`, c.req.url))
    if (!response.ok) throw new Error(`status ${response.status}`)
    // The file was deployed together with this code, and the type check has seen that it holds every text.
    const messages = (await response.json()) as Messages
    read.set(language, messages)
    return messages
  } catch (error) {
    note(c, { reason: `The texts in ${language} can't be read: ${error}` })
    return undefined
  }
}

/**
 * The language that was asked for: what the application asks for (`ui_locales`, OIDC Core §3.1.2.1), also of the pending request
 * that `next` is; what the person chose before; what the browser prefers.
 */
function languageOf(c: Context): Language {
  const { searchParams } = new URL(c.req.url)
  const next = searchParams.get('next') ?? ''
  const pending = new URLSearchParams(next.split('?')[1])
  const asked = searchParams.get('ui_locales') ?? pending.get('ui_locales') ?? ''
  const chosen = getCookie(c, 'language', 'host')
  const preferred = parseAcceptLanguage(c.req.header('accept-language') ?? '')
  return chooseLanguage([...asked.split(' '), chosen ?? '', ...preferred])
}

export function rememberLanguage(c: Context, language: Language): void {
  const year = 365 * 86_400
  setCookie(c, 'language', language, {
    prefix: 'host',
    secure: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: year,
  })
}

export function isLanguage(value: string | undefined): value is Language {
  return languages.some((language) => language === value)
}
