import signIn from '../../../../public/messages/sign-in/en.json' with { type: 'json' }
import type { Language } from '../../../values/language.ts'
import type { Messages } from './texts.ts'

export type { Area, MailTexts, Messages, Texts } from './texts.ts'

/** In the bundle, so that signing in works, and errors have texts, when no file can be read. */
export const english: Messages = signIn

/** Scopes of administrators have their own descriptions, and so have ours once an administrator has changed them. */
export function describeScope(scope: { name: string; description: string }, { scopes }: Messages): string {
  const { name, description } = scope
  return isKnown(name) && [english.scopes[name], stored].includes(description) ? scopes[name] : description
}

/** The same in English, for the form of a scope: it shows the words that people see, unless an administrator has changed them. */
export function currentDescription({ name, description }: { name: string; description: string }): string {
  return name === 'openid' && description === stored ? english.scopes.openid : description
}

/** Of `openid`, in the database: worded before the text of the page. */
const stored = 'Know who you are'

function isKnown(name: string): name is keyof Messages['scopes'] {
  return Object.hasOwn(english.scopes, name)
}

/** Each by its own name. */
export const languageNames: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  'pt-BR': 'Português (Brasil)',
  ja: '日本語',
  'zh-Hans': '简体中文',
  ar: 'العربية',
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr'
}
