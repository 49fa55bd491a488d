/** How a person has just authenticated. */
export type Proof =
  | { readonly by: 'password' }
  /** A password, followed by a code of the app or a recovery code. */
  | { readonly by: 'password-and-code' }
  | { readonly by: 'passkey'; readonly passkeyId: string }
  /** No proof yet: the account was created in this very request, which its own event records. */
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
    // A new passkey has proven nothing yet except user presence.
    case 'new-account':
      return proof.with === 'password' ? ['pwd'] : ['user']
  }
}
