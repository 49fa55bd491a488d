import type { SigningAlgorithm } from '../../rules/server/signing-keys.ts'
import { signJwt } from '../../secrets/signing-key.ts'
import type { Context } from '../context.ts'
import { answerMachine } from '../machine-answers.ts'
import { signingKeys } from './signing.ts'

const type = 'token-introspection+jwt'

/** The caller of introspection, who gets a signed answer if it asks for one, or if its profile requires it. */
export interface IntrospectionCaller {
  readonly clientId: string
  readonly alg: SigningAlgorithm
  readonly isAlwaysSigned: boolean
}

/** RFC 7662 §2.2 in JSON, or signed for the caller (RFC 9701 §5). */
export async function answerIntrospection(
  c: Context,
  state: Readonly<Record<string, unknown>>,
  { clientId, alg, isAlwaysSigned }: IntrospectionCaller,
): Promise<Response> {
  const accepts = (c.req.header('accept') ?? '').toLowerCase().includes(`application/${type}`)
  if (!accepts && !isAlwaysSigned) return answerMachine(state)
  const { issuer, now } = c.var
  const keys = await signingKeys(c, [alg])
  const claims = { iss: issuer, aud: clientId, iat: now, token_introspection: state }
  const jwt = await signJwt(await keys.signer(alg, now), type, claims)
  return new Response(jwt, {
    headers: { 'Content-Type': `application/${type}`, 'Cache-Control': 'no-store', Pragma: 'no-cache' },
  })
}
