import { fieldOfText, type PolicyForm, type PolicyText } from '../../../rules/clients/policy-form.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'

interface Shown {
  readonly form: PolicyForm
  readonly problems: readonly Problem[]
}

/** The props that every field of the form has. */
export function fieldIn({ form, problems }: Shown) {
  return (text: PolicyText) => ({ name: fieldOfText[text], value: form[text], problems })
}
