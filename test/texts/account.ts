import ar from '../../public/messages/account/ar.json'
import de from '../../public/messages/account/de.json'
import en from '../../public/messages/account/en.json'
import es from '../../public/messages/account/es.json'
import fr from '../../public/messages/account/fr.json'
import ja from '../../public/messages/account/ja.json'
import ptBr from '../../public/messages/account/pt-BR.json'
import zhHans from '../../public/messages/account/zh-Hans.json'
import type { Texts } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const account: Record<Language, Texts['account']> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
