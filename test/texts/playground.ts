import ar from '../../public/messages/playground/ar.json'
import de from '../../public/messages/playground/de.json'
import en from '../../public/messages/playground/en.json'
import es from '../../public/messages/playground/es.json'
import fr from '../../public/messages/playground/fr.json'
import ja from '../../public/messages/playground/ja.json'
import ptBr from '../../public/messages/playground/pt-BR.json'
import zhHans from '../../public/messages/playground/zh-Hans.json'
import type { Texts } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const playground: Record<Language, Texts['playground']> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
