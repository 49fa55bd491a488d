import type { Child } from 'hono/jsx'

/** A text with something in the place of each `{name}`: an element, or plain text. */
export function Fill({ text, ...values }: { readonly text: string } & Readonly<Record<string, Child>>) {
  const parts = text.split(/\{(\w+)\}/)
  return <>{parts.map((part, i) => (i % 2 === 0 ? part : values[part]))}</>
}

/** The same where only text can stand: the title of a page. */
export function fillText(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
