import ar from '../../public/messages/problems/ar.json'
import de from '../../public/messages/problems/de.json'
import en from '../../public/messages/problems/en.json'
import es from '../../public/messages/problems/es.json'
import fr from '../../public/messages/problems/fr.json'
import ja from '../../public/messages/problems/ja.json'
import ptBr from '../../public/messages/problems/pt-BR.json'
import zhHans from '../../public/messages/problems/zh-Hans.json'
import type { Texts } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const problems: Record<Language, Texts['problems']> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
