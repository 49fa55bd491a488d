import { type Refusal, refuse } from '../refusal.ts'

/** OIDC Core §3.1.2.1; `create` is Initiating User Registration 1.0 §4.1. */
export const prompts = ['none', 'login', 'consent', 'select_account', 'create'] as const
export type Prompt = (typeof prompts)[number]

export function parsePrompt(value: string | undefined): ReadonlySet<Prompt> | Refusal {
  const asked = (value ?? '').split(' ').filter((word) => word !== '')
  const known = prompts.filter((prompt) => asked.includes(prompt))
  if (known.length !== new Set(asked).size)
    return refuse('invalid_request', `prompt must be one of ${prompts.join(', ')}`)
  // OIDC Core §3.1.2.1: none with any other value is an error.
  if (known.includes('none') && known.length > 1)
    return refuse('invalid_request', "prompt=none can't be combined with other values")
  return new Set(known)
}
