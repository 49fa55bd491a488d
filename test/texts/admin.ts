import ar from '../../public/messages/admin/ar.json'
import de from '../../public/messages/admin/de.json'
import en from '../../public/messages/admin/en.json'
import es from '../../public/messages/admin/es.json'
import fr from '../../public/messages/admin/fr.json'
import ja from '../../public/messages/admin/ja.json'
import ptBr from '../../public/messages/admin/pt-BR.json'
import zhHans from '../../public/messages/admin/zh-Hans.json'
import type { Texts } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const admin: Record<Language, Texts['admin']> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
