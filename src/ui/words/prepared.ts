import { type html, raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { SizedMap } from '../../values/sized-map.ts'
import { languageNames } from './messages/index.ts'
import { useSpeech } from './speech.ts'

/** The result of JSX, and of a template: its values are escaped already. */
type Markup = Awaited<ReturnType<typeof raw>> | ReturnType<typeof html>

/** Parts of pages as text, in characters of these and their keys. */
const made = new SizedMap<readonly Part[]>(500_000)

/** Markup, or the name of a value. */
type Part = ReturnType<typeof raw> | string

/** Around the name of a value, in place of it. No text that people can read has this character (Unicode, private use). */
const mark = '\ue000'

/**
 * A part of pages that was made once, in each language: making it from elements costs more than all the text around it. Only
 * public text, never anything of one person or request, since everybody gets the same.
 * @param key everything besides the language that the part depends on, with a name of its own
 */
export function prepared(key: readonly unknown[], make: () => Markup): Child {
  return preparedAround(key, {}, make)
}

/**
 * The same around values of this request, each of which may occur several times.
 * @param make gets a mark in place of each value. It must have no other way to the value itself, or everybody would see it
 */
export function preparedAround<V extends Readonly<Record<string, Child>>>(
  key: readonly unknown[],
  values: V,
  make: (marks: Readonly<Record<keyof V, string>>) => Markup,
): Child {
  const name = JSON.stringify([useSpeech().language, ...key])
  const parts = made.get(name) ?? keep(name, String(make(marksFor(values))))
  return parts.map((part) => (typeof part === 'string' ? values[part] : part))
}

function marksFor<V extends object>(values: V): Readonly<Record<keyof V, string>> {
  const pairs = Object.keys(values).map((name) => [name, mark + name + mark])
  // The same keys.
  return Object.fromEntries(pairs) as Record<keyof V, string>
}

function keep(name: string, text: string): readonly Part[] {
  const parts = text.split(mark).map((part, i) => (i % 2 === 0 ? raw(inLatin1(part)) : part))
  made.set(name, parts, name.length + text.length)
  return parts
}

/**
 * On a page in a Latin script, the few other letters, like those in the names of languages, as character references: with one of
 * them the whole page takes two bytes for each character, and twice the time to send.
 */
function inLatin1(text: string): string {
  const other = /[^\0-\xff]/gu
  if (other.test(languageNames[useSpeech().language])) return text
  return text.replaceAll(other, (letter) => `&#${letter.codePointAt(0)};`)
}
