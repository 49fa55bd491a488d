import ar from '../../public/messages/sign-in/ar.json'
import de from '../../public/messages/sign-in/de.json'
import en from '../../public/messages/sign-in/en.json'
import es from '../../public/messages/sign-in/es.json'
import fr from '../../public/messages/sign-in/fr.json'
import ja from '../../public/messages/sign-in/ja.json'
import ptBr from '../../public/messages/sign-in/pt-BR.json'
import zhHans from '../../public/messages/sign-in/zh-Hans.json'
import type { Messages } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const signIn: Record<Language, Messages> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
