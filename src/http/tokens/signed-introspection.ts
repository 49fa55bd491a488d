import type { Client } from '../../rules/clients/client.ts'
import { rulesFor } from '../../rules/profile.ts'
import { forbidden } from '../../rules/profile-faults.ts'
import { isRefusal, type Refusal } from '../../rules/refusal.ts'
import { signJwt } from '../../secrets/signing-key.ts'
import { encryptionFor } from '../clients/encryption.ts'
import type { Context } from '../context.ts'
import { answerMachine } from '../machine-answers.ts'
import { signingKeys } from './signing.ts'

const type = 'token-introspection+jwt'

/**
 * RFC 7662 §2.2 in JSON, or signed for the caller if it asks for that, or its profile requires it (RFC 9701 §5). A caller that
 * registered encryption never gets anything else.
 */
export async function answerIntrospection(
  c: Context,
  state: Readonly<Record<string, unknown>>,
  caller: Client,
): Promise<Response | Refusal> {
  const { introspectionAlg, encryption } = caller.openid
  const accepts = (c.req.header('accept') ?? '').toLowerCase().includes(`application/${type}`)
  const rules = rulesFor(caller, c.var.config.leastProfile)
  if (!accepts && encryption.introspection === undefined && !rules.signedIntrospection)
    return answerMachine(state)
  // FAPI 2.0 §5.4.1. Another profile lets a caller that gets JSON register any.
  if (!rules.algorithms.includes(introspectionAlg)) return forbidden('introspectionAlg')
  const encrypt = await encryptionFor(c, caller, 'introspection')
  if (isRefusal(encrypt)) return encrypt
  const { issuer, now } = c.var
  const keys = await signingKeys(c, [introspectionAlg])
  const claims = { iss: issuer, aud: caller.id, iat: now, token_introspection: state }
  const jwt = await encrypt(await signJwt(await keys.signer(introspectionAlg, now), type, claims), 'JWT')
  return new Response(jwt, {
    headers: { 'Content-Type': `application/${type}`, 'Cache-Control': 'no-store', Pragma: 'no-cache' },
  })
}
