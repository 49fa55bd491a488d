import type { Child } from 'hono/jsx'

export { fillText } from './fill-text.ts'

/** A text with something in the place of each `{name}`: an element, or plain text. */
export function Fill({ text, ...values }: { readonly text: string } & Readonly<Record<string, Child>>) {
  const parts = text.split(/\{(\w+)\}/)
  return <>{parts.map((part, i) => (i % 2 === 0 ? part : values[part]))}</>
}
