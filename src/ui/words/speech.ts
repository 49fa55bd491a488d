import type { Language } from '../../values/language.ts'
import { english, type Messages } from './messages/index.ts'

/** The facts that the smallest parts of a page need: for a date, a button, the end of a list. */
interface Speech {
  readonly language: Language
  readonly common: Messages['common']
}

let current: Speech = { language: 'en', common: english.common }

/** Renders in a language. Synchronously: a page waits for nothing, so no other page can interfere. */
export function renderIn(speech: Speech, page: () => string): string {
  const before = current
  current = speech
  try {
    return page()
  } finally {
    current = before
  }
}

/** For parts of every page. A page itself gets its props. */
export function useSpeech(): Speech {
  return current
}
