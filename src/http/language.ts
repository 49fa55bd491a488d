import { getCookie, setCookie } from 'hono/cookie'
import { chooseLanguage, type Language, languages, parseAcceptLanguage } from '../protocol/language.ts'
import type { Context } from './context.ts'

/**
 * The language of this request: what the application asks for (`ui_locales`, OIDC Core §3.1.2.1), also of the pending request
 * that `next` is; what the person chose before; what the browser prefers.
 */
export function languageOf(c: Context): Language {
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
