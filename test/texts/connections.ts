import ar from '../../public/messages/connections/ar.json'
import de from '../../public/messages/connections/de.json'
import en from '../../public/messages/connections/en.json'
import es from '../../public/messages/connections/es.json'
import fr from '../../public/messages/connections/fr.json'
import ja from '../../public/messages/connections/ja.json'
import ptBr from '../../public/messages/connections/pt-BR.json'
import zhHans from '../../public/messages/connections/zh-Hans.json'
import type { Texts } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const connections: Record<Language, Texts['connections']> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
