import ar from '../../public/messages/applications/ar.json'
import de from '../../public/messages/applications/de.json'
import en from '../../public/messages/applications/en.json'
import es from '../../public/messages/applications/es.json'
import fr from '../../public/messages/applications/fr.json'
import ja from '../../public/messages/applications/ja.json'
import ptBr from '../../public/messages/applications/pt-BR.json'
import zhHans from '../../public/messages/applications/zh-Hans.json'
import type { Texts } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const applications: Record<Language, Texts['applications']> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
