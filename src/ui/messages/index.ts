import type { Language } from '../../protocol/language.ts'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { en, type Messages } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import { ptBr } from './pt-br.ts'
import { zh } from './zh.ts'

export type { Messages } from './en.ts'

export const messagesOf: Record<Language, Messages> = { en, de, fr, es, 'pt-BR': ptBr, ja, 'zh-Hans': zh, ar }

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr'
}
