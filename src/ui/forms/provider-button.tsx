import type { Child } from 'hono/jsx'
import type { ConnectionKind } from '../../rules/sign-in/connection.ts'
import { Icon } from '../icons.tsx'

export interface ProviderButtonProps {
  readonly kind: ConnectionKind
  /** The words, with the name of the provider. */
  readonly children?: Child
}

/** Starts a sign-in by another provider. The form around it says by which one. */
export function ProviderButton({ kind, children }: ProviderButtonProps) {
  return (
    <button type="submit" class="secondary">
      <Icon name={kind} />
      <span>{children}</span>
    </button>
  )
}
