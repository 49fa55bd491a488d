import type { Child } from 'hono/jsx'

/** A name in a sentence, isolated from it in either writing direction. */
export function Name({ children }: { readonly children?: Child }) {
  return (
    <strong>
      <bdi>{children}</bdi>
    </strong>
  )
}
