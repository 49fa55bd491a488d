/** How somebody has just shown who they are. */
export type Proof =
  | { readonly by: 'password' }
  /** A password, and after it a code of the app or a recovery code. */
  | { readonly by: 'password-and-code' }
  | { readonly by: 'passkey'; readonly passkeyId: string }
  /** Nobody yet: the account was made in this very request, which its own event says. */
  | { readonly by: 'new-account'; readonly with: 'password' | 'passkey' }

/** The authentication methods of a sign-in, RFC 8176 §2. */
export function amrOf(proof: Proof): readonly string[] {
  switch (proof.by) {
    case 'password':
      return ['pwd']
    // A recovery code is a one-time password, too.
    case 'password-and-code':
      return ['pwd', 'otp', 'mfa']
    // Proof of possession of a key, by a user who was present and verified: two factors. Not `hwk`: attestation is not asked for,
    // so that hardware keeps the key is nothing that was proven.
    case 'passkey':
      return ['pop', 'user', 'mfa']
    // A passkey that was just made has shown nothing yet but that somebody is there.
    case 'new-account':
      return proof.with === 'password' ? ['pwd'] : ['user']
  }
}
