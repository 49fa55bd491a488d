import type { Language } from '../../../values/language.ts'

import { english, type Messages } from './en.ts'

export { areas, type MailTexts, type Texts } from './texts.ts'
export { english, type Messages }

/** Scopes of administrators are told in their own words. */
export function describeScope(scope: { name: string; description: string }, { scopes }: Messages): string {
  return isKnown(scope.name) ? scopes[scope.name] : scope.description
}

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
