import { type html, raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { SizedMap } from '../../values/sized-map.ts'
import { useSpeech } from './speech.ts'

/** The result of JSX, and of a template: its values are escaped already. */
type Markup = Awaited<ReturnType<typeof raw>> | ReturnType<typeof html>

/** Parts of pages as text, in characters of these and their keys. */
const made = new SizedMap<Child>(300_000)

/**
 * A part of pages that was made once, in each language: making it from elements costs more than all the text around it. Only
 * public text, never anything of one person or request, since everybody gets the same.
 * @param key everything besides the language that the part depends on, with a name of its own
 */
export function prepared(key: readonly unknown[], make: () => Markup): Child {
  const name = JSON.stringify([useSpeech().language, ...key])
  const known = made.get(name)
  if (known !== undefined) return known
  const text = String(make())
  const part = raw(text)
  made.set(name, part, name.length + text.length)
  return part
}
