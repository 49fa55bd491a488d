import type { ClientForm } from '../../../protocol/client-form.ts'

/** What somebody wants to connect, in their words; the rest of the form follows from it. */
export interface Kind {
  readonly name: string
  readonly label: string
  readonly means: string
  readonly form: Pick<ClientForm, 'clientType' | 'grantType'>
  /** What a redirect URI looks like there. */
  readonly redirectHint: string
}

export const kinds: readonly [Kind, ...Kind[]] = [
  {
    name: 'web',
    label: 'Web application',
    means: 'Runs on a server of yours and keeps a secret there.',
    form: { clientType: 'confidential', grantType: 'authorization-code' },
    redirectHint: 'A page of your server that finishes the sign-in, like https://app.example/callback.',
  },
  {
    name: 'spa',
    label: 'Single-page application',
    means: 'Runs in the browser alone. No secret: PKCE.',
    form: { clientType: 'public', grantType: 'authorization-code' },
    redirectHint:
      'A page of the application, like https://app.example/callback. Scripts from its origin may call the token endpoint.',
  },
  {
    name: 'native',
    label: 'Native application',
    means: 'For phones, desktops and terminals. No secret: PKCE.',
    form: { clientType: 'public', grantType: 'authorization-code' },
    redirectHint:
      'An https address that the application claims, http://127.0.0.1/callback for a port that it opens, or a scheme of its own, like com.example.app:/callback.',
  },
  {
    name: 'machine',
    label: 'Machine to machine',
    means: 'Works for itself, with nobody there. Keeps a secret.',
    form: { clientType: 'confidential', grantType: 'client-credentials' },
    redirectHint: 'None needed: nobody is sent anywhere.',
  },
]

/** The first for everything that is not one. */
export function findKind(name: string | null | undefined): Kind {
  return kinds.find((kind) => kind.name === name) ?? kinds[0]
}
