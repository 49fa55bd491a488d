import type { Client } from './client.ts'
import { type PolicyForm, policyForm } from './policy-form.ts'

type Values = Partial<Record<Exclude<keyof PolicyForm, 'scope'>, string>>

interface Need {
  readonly values: Values
  /** Only an administrator may set it (RFC 9700 §2.1.1). */
  readonly byAdministrator?: true
}

/** Settings that some software needs, by the names used in links: a link can choose no other value. */
const clientNeeds = {
  /** It reads refresh tokens as JWTs. */
  'no-refresh-tokens': { values: { refreshTokens: 'no' } },
  /** It does not support PKCE. */
  'no-pkce': { values: { pkce: 'optional' }, byAdministrator: true },
} as const satisfies Readonly<Record<string, Need>>

export type NeedName = keyof typeof clientNeeds

export function findNeedName(name: string | undefined): NeedName | undefined {
  return name !== undefined && Object.hasOwn(clientNeeds, name) ? (name as NeedName) : undefined
}

export function isMet(name: NeedName, client: Pick<Client, 'policy' | 'openid'>): boolean {
  const form = policyForm(client)
  return Object.entries<string>(clientNeeds[name].values).every(
    // Its keys are those of the form.
    ([field, value]) => form[field as keyof Values] === value,
  )
}

/** The form of the current settings with the needed one chosen. Nothing changes until somebody saves it. */
export function fillNeed(form: PolicyForm, name: NeedName | undefined, decides: boolean): PolicyForm {
  if (name === undefined || (isByAdministrator(name) && !decides)) return form
  return { ...form, ...clientNeeds[name].values }
}

export function isByAdministrator(name: NeedName): boolean {
  const need: Need = clientNeeds[name]
  return need.byAdministrator === true
}
