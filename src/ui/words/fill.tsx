import type { Child } from 'hono/jsx'

export { fillText } from './fill-text.ts'

/** A text with an element or plain text in place of each `{name}`. */
export function Fill({ text, ...values }: { readonly text: string } & Readonly<Record<string, Child>>) {
  const parts = text.split(/\{(\w+)\}/)
  return <>{parts.map((part, i) => (i % 2 === 0 ? part : values[part]))}</>
}
