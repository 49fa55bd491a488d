import { compactVerify } from 'jose'
import * as z from 'zod/mini'
import { isRefusal } from '../../rules/refusal.ts'
import { once } from '../../values/once.ts'
import type { Context } from '../context.ts'
import { signedInside } from '../tokens/decryption.ts'
import { verifierOf } from '../tokens/signing.ts'

/** ID tokens contain `sid`: a signed userinfo answer, which is a JWT for the same client, does not. */
const claims = once(() =>
  z.object({
    iss: z.string(),
    sub: z.string(),
    aud: z.string(),
    sid: z.string(),
    authorization_id: z.optional(z.string()),
  }),
)

/** The user of an ID token of ours, and the client it was issued to. */
export interface IdTokenHint {
  readonly subject: string
  readonly clientId: string
  /** The session it was issued in, as that client knows it. */
  readonly sid: string
  /** Undefined in tokens that were issued long ago. */
  readonly authorizationId: string | undefined
}

/**
 * A token that we signed, expired or not (OIDC RP-Initiated Logout §2, Core §3.1.2.1). The client may encrypt it for this server. Undefined for everything else: forged,
 * of another issuer, of another kind, `alg: none`.
 */
export async function readIdTokenHint(c: Context, hint: string): Promise<IdTokenHint | undefined> {
  try {
    const signed = await signedInside(c, hint)
    if (isRefusal(signed)) return undefined
    const { payload, protectedHeader } = await compactVerify(signed, await verifierOf(c))
    const { iss, sub, aud, sid, authorization_id } = claims().parse(
      JSON.parse(new TextDecoder().decode(payload)),
    )
    if (protectedHeader.typ !== 'JWT' || iss !== c.var.issuer) return undefined
    return { subject: sub, clientId: aud, sid, authorizationId: authorization_id }
  } catch {
    return undefined
  }
}
