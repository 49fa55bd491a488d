import type { ClientForm } from '../../../rules/clients/form.ts'
import type { Texts } from '../../../ui/words/messages/index.ts'

/** What somebody wants to connect; the rest of the form follows from it. */
export interface Kind {
  /** Under which the texts say it in their words. */
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

/** The first for everything that is not one. */
export function findKind(name: string | null | undefined): Kind {
  return kinds.find((kind) => kind.name === name) ?? kinds[0]
}
