import * as z from 'zod/mini'
import type { OpenidGrant } from '../../rules/tokens/authorization.ts'

const stored = z.object({
  sid: z.string(),
  acr: z.string(),
  amr: z.array(z.string()),
  nonce: z.optional(z.string()),
  userinfo: z.array(z.string()),
  id_token: z.array(z.string()),
})

/** As it stands in D1 and in KV. */
export function formatOpenidGrant({ context, nonce, userinfoClaims, idTokenClaims }: OpenidGrant): string {
  return JSON.stringify({ ...context, nonce, userinfo: userinfoClaims, id_token: idTokenClaims })
}

export function parseOpenidGrant(text: string): OpenidGrant {
  const { sid, acr, amr, nonce, userinfo, id_token } = stored.parse(JSON.parse(text))
  return { context: { sid, acr, amr }, nonce, userinfoClaims: userinfo, idTokenClaims: id_token }
}
