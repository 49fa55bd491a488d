/** What each opaque secret is for. A secret of one kind is never accepted as another. */
export type SecretKind =
  | 'code'
  | 'device-code'
  | 'pushed-request'
  | 'refresh'
  | 'client'
  | 'registration'
  | 'session'
  | 'setup'
  | 'sign-in'
  | 'mail'
  | 'invitation'

/** 256 random bits in the alphabet [A-Za-z0-9_-], held only by whoever it was given to. */
export interface Secret<K extends SecretKind> {
  readonly kind: K
  readonly plain: string
}

/** What one authorization is redeemed by: a code that came by redirect, or the code of a device. */
export type CodeHash = SecretHash<'code'> | SecretHash<'device-code'>

/** SHA-256 of a secret, base64url: all that is ever stored. Not a string, so that no plaintext can stand in for it. */
export interface SecretHash<K extends SecretKind> {
  readonly kind: K
  readonly sha256: string
}
