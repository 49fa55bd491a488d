import ar from '../../public/messages/mails/ar.json'
import de from '../../public/messages/mails/de.json'
import en from '../../public/messages/mails/en.json'
import es from '../../public/messages/mails/es.json'
import fr from '../../public/messages/mails/fr.json'
import ja from '../../public/messages/mails/ja.json'
import ptBr from '../../public/messages/mails/pt-BR.json'
import zhHans from '../../public/messages/mails/zh-Hans.json'
import type { MailTexts } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'

/** The type says that no text is missing in any language. */
export const mails: Record<Language, MailTexts> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBr,
  ja,
  'zh-Hans': zhHans,
  ar,
}
