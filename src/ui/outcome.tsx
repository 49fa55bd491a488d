import type { Child } from 'hono/jsx'
import { Icon } from './icons.tsx'

/** Above a page that follows a completed act. */
export function Done({ children }: { readonly children?: Child }) {
  return (
    <p class="done" role="status">
      <Icon name="check" />
      {children}
    </p>
  )
}

/** Why the whole form was refused. Problems of a field are shown at the field. */
export function Refused({ problem }: { readonly problem: string | undefined }) {
  if (problem === undefined) return null
  return (
    <div class="problems" role="alert">
      <p>{problem}</p>
    </div>
  )
}
