/** The purpose of each opaque secret. A secret of one kind is never accepted as another. */
export type SecretKind =
  | 'code'
  | 'device-code'
  | 'auth-request'
  | 'pushed-request'
  | 'refresh'
  | 'client'
  | 'registration'
  | 'session'
  | 'setup'
  | 'sign-in'
  | 'mail'
  | 'invitation'

/** 256 random bits in the alphabet [A-Za-z0-9_-], known only to the party it was issued to. */
export interface Secret<K extends SecretKind> {
  readonly kind: K
  readonly plain: string
}

/** The secret that redeems an authorization: from a redirect, of a device, or of a request to a person. */
export type CodeHash = SecretHash<'code'> | SecretHash<'device-code'> | SecretHash<'auth-request'>

/** A code as its client presents it. */
export interface PresentedCode {
  /** The row of a code that was not redeemed has it. */
  readonly hash: CodeHash
  /** The row has it instead, once the code was redeemed: by the code and its verifier alone a replay is recognized. */
  readonly used: string
}

/** SHA-256 of a secret, base64url: the form that is stored. Not a string, so that no plaintext can be passed in its place. */
export interface SecretHash<K extends SecretKind> {
  readonly kind: K
  readonly sha256: string
}

/** The stored parts of a secret: its hash, and the end by which its owner recognises it. */
export interface KeptSecret<K extends SecretKind> extends SecretHash<K> {
  /** 24 of its 256 bits. */
  readonly lastFour: string
}
