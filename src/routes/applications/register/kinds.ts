import type { ClientForm } from '../../../rules/clients/form.ts'
import type { Texts } from '../../../ui/words/messages/index.ts'

/** The kind of application to connect; the rest of the form is derived from it. */
export interface Kind {
  /** The key of its description in the texts. */
  readonly name: keyof Texts['applications']['kinds']
  readonly form: Pick<ClientForm, 'clientType' | 'grantType'>
}

export const kinds: readonly [Kind, ...Kind[]] = [
  { name: 'web', form: { clientType: 'confidential', grantType: 'authorization-code' } },
  { name: 'spa', form: { clientType: 'public', grantType: 'authorization-code' } },
  { name: 'native', form: { clientType: 'public', grantType: 'authorization-code' } },
  { name: 'device', form: { clientType: 'public', grantType: 'device-code' } },
  { name: 'machine', form: { clientType: 'confidential', grantType: 'client-credentials' } },
]

/** The value of a field that leaves the decision to the kind. */
export const byKind = 'by-kind'

/** The form with the decisions of the kind. `prefilled`: a redirect URI that nobody typed, and that only one grant needs. */
export function decideByKind<F extends ClientForm>(form: F, { form: decided }: Kind, prefilled: string): F {
  const grantType = form.grantType === byKind ? decided.grantType : form.grantType
  const grants: readonly string[] = [grantType, ...form.furtherGrantTypes]
  const isUnused = !grants.includes('authorization-code') && form.redirectUris.trim() === prefilled
  return {
    ...form,
    clientType: form.clientType === byKind ? decided.clientType : form.clientType,
    grantType,
    redirectUris: isUnused ? '' : form.redirectUris,
  }
}

/** The first one for an unknown name. */
export function findKind(name: string | null | undefined): Kind {
  return kinds.find((kind) => kind.name === name) ?? kinds[0]
}
