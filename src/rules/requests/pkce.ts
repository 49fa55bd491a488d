import { hash } from 'node:crypto'
import type { Parameters } from '../parameters.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** BASE64URL(SHA256(verifier)), RFC 7636 §4.2. Only `parseCodeChallenge` and the store make one. */
export interface CodeChallenge {
  readonly s256: string
}

/**
 * PKCE is required (RFC 9700 §2.1.1), and S256 is the only method: `plain` reveals the verifier to anyone who sees the request.
 * A challenge without a method would mean `plain` (RFC 7636 §4.3), so it is refused.
 */
export function parseCodeChallenge(
  parameters: Parameters,
  optional: boolean,
): CodeChallenge | undefined | Refusal {
  const challenge = parameters.get('code_challenge')
  if (challenge === undefined && optional && !parameters.has('code_challenge_method')) return undefined
  if (challenge === undefined)
    return refuse(
      'invalid_request',
      'code_challenge is missing: use PKCE with S256 in the application (RFC 7636)',
    )
  if (parameters.get('code_challenge_method') !== 'S256') {
    return refuse('invalid_request', 'code_challenge_method must be S256')
  }
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    return refuse('invalid_request', 'code_challenge must be a base64url-encoded SHA-256: 43 characters')
  }
  return { s256: challenge }
}

/** BASE64URL(SHA256(verifier)), RFC 7636 §4.2. */
export function codeChallengeOf(verifier: string): string {
  return hash('sha256', verifier, 'base64url')
}

/** RFC 7636 §4.6. Both sides are public hashes, so a plain comparison leaks nothing. */
export function checkCodeVerifier(
  challenge: CodeChallenge | undefined,
  verifier: string | undefined,
): Refusal | undefined {
  if (challenge === undefined) {
    // RFC 9700 §4.8.2: a verifier without a challenge indicates a downgrade.
    return verifier === undefined
      ? undefined
      : refuse('invalid_grant', 'The authorization request had no code_challenge for this code_verifier')
  }
  if (verifier === undefined) return refuse('invalid_grant', 'code_verifier is missing')
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) {
    return refuse('invalid_grant', 'code_verifier must be 43 to 128 unreserved characters (RFC 7636 §4.1)')
  }
  return codeChallengeOf(verifier) === challenge.s256
    ? undefined
    : refuse('invalid_grant', 'code_verifier does not match code_challenge')
}
