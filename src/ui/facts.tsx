import type { Child } from 'hono/jsx'

export function Facts({ children }: { readonly children?: Child }) {
  return <dl class="facts">{children}</dl>
}

export function Fact({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Unix seconds for people, like 24 Nov 2026; in UTC, since the server does not know where they are. */
export function Time({ at, exact = false }: { readonly at: number; readonly exact?: boolean }) {
  const date = new Date(at * 1000)
  // "Tue, 24 Nov 2026 07:00:00 GMT"
  const written = date.toUTCString()
  return (
    <time datetime={date.toISOString()}>{exact ? `${written.slice(5, 22)} UTC` : written.slice(5, 16)}</time>
  )
}
