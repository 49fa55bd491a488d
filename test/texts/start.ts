import ar from '../../public/messages/start/ar.json'
import de from '../../public/messages/start/de.json'
import en from '../../public/messages/start/en.json'
import es from '../../public/messages/start/es.json'
import fr from '../../public/messages/start/fr.json'
import ja from '../../public/messages/start/ja.json'
import ptBr from '../../public/messages/start/pt-BR.json'
import zhHans from '../../public/messages/start/zh-Hans.json'
import type { Texts } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const start: Record<Language, Texts['start']> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
