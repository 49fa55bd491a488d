import { base64url } from 'jose'

/** SHA-256, base64url: the form of `ath` (RFC 9449 §4.2) and `x5t#S256` (RFC 8705 §3.1). A text in UTF-8. */
export async function digest(value: string | Uint8Array): Promise<string> {
  const bytes = new Uint8Array(typeof value === 'string' ? new TextEncoder().encode(value) : value)
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}
