import type { Child } from 'hono/jsx'
import { isChanged, type PolicyForm } from '../../../rules/clients/policy-form.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'

interface FoldProps {
  readonly title: string
  /** The fields in it. */
  readonly names: readonly string[]
  readonly form: PolicyForm
  readonly problems: readonly Problem[]
  readonly children: Child
}

/** Settings that most applications leave alone. It is open when one of them has been changed or has a problem. */
export function Fold({ title, names, form, problems, children }: FoldProps) {
  const isOpen = isChanged(form, names) || problems.some(({ field }) => names.includes(field))
  return (
    <details class="field" open={isOpen}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}
