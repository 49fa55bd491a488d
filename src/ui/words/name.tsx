import type { Child } from 'hono/jsx'

/** The name of somebody or something in a sentence, set apart from it in whatever direction it is written. */
export function Name({ children }: { readonly children?: Child }) {
  return (
    <strong>
      <bdi>{children}</bdi>
    </strong>
  )
}
