import type { Seconds } from '../../values/time.ts'

/** The facts about a sign-in at a provider. */
export interface ProviderSignIn {
  readonly connectionId: string
  readonly subject: string
  /** The provider's session id, for its logout notices. */
  readonly sid: string | undefined
  /** RFC 8176 values, where the connection says that they may be believed. */
  readonly amr: readonly string[]
  /** The time that the provider says; otherwise that of the answer. */
  readonly authenticatedAt: Seconds
  /** Whether a new sign-in there was required and happened. Otherwise it proves nothing about the person at the browser now. */
  readonly isFresh: boolean
  /** It was required, and the provider said nothing about it. */
  readonly isUnsaid: boolean
  /** The provider's ID token, encrypted, for signing out there. Undefined where it offers none, or when the token is too long. */
  readonly idToken?: string | undefined
}

/** How a person has just authenticated. */
export type Proof =
  | { readonly by: 'password' }
  /** A password, followed by a code of the app or a recovery code. */
  | { readonly by: 'password-and-code' }
  | { readonly by: 'passkey'; readonly passkeyId: string }
  /** `code`: followed by a code of the app here. */
  | { readonly by: 'provider'; readonly at: ProviderSignIn; readonly code?: boolean }
  /** No proof yet: the account was created in this very request. */
  | { readonly by: 'new-account'; readonly with: 'password' | 'passkey' }

/** The authentication methods of a sign-in, RFC 8176 §2. */
export function amrOf(proof: Proof): readonly string[] {
  switch (proof.by) {
    case 'password':
      return ['pwd']
    // A recovery code is a one-time password, too.
    case 'password-and-code':
      return ['pwd', 'otp', 'mfa']
    // Proof of possession of a key, by a user who was present and verified: two factors. Not `hwk`: attestation is not
    // requested, so nothing proves that hardware stores the key.
    case 'passkey':
      return ['pop', 'user', 'mfa']
    // `fed`: authenticated elsewhere, which says nothing about how. It reaches no `acr` above 1.
    case 'provider': {
      const there = proof.at.amr.length === 0 ? ['fed'] : proof.at.amr
      return proof.code ? [...new Set([...there, 'otp', 'mfa'])] : there
    }
    // A new passkey has proven nothing yet except user presence.
    case 'new-account':
      return proof.with === 'password' ? ['pwd'] : ['user']
  }
}
