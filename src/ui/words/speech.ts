import type { Language } from '../../values/language.ts'
import { english, type Messages } from './messages/index.ts'

/** What the smallest parts of a page need to know of it: a date, a button, the end of a list. */
interface Speech {
  readonly language: Language
  readonly common: Messages['common']
}

let current: Speech = { language: 'en', common: english.common }

/** Renders in a language. At once, never later: a page waits for nothing, so no other page comes in between. */
export function renderIn(speech: Speech, page: () => string): string {
  const before = current
  current = speech
  try {
    return page()
  } finally {
    current = before
  }
}

/** For parts that stand on every page. A page itself is told by its props. */
export function useSpeech(): Speech {
  return current
}
