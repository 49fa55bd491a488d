import * as z from 'zod/mini'
import type { OpenidGrant } from '../../rules/tokens/authorization.ts'
import { once } from '../../values/once.ts'

const stored = once(() =>
  z.object({
    sid: z.string(),
    acr: z.string(),
    amr: z.array(z.string()),
    idp: z.optional(z.string()),
    nonce: z.optional(z.string()),
    sector: z.optional(z.nullable(z.string())),
    userinfo: z.array(z.string()),
    id_token: z.array(z.string()),
    claims: z.optional(z.boolean()),
  }),
)

/** The form stored in D1 and in KV. */
export function formatOpenidGrant({
  context,
  nonce,
  sector,
  userinfoClaims,
  idTokenClaims,
  claimsInIdToken,
}: OpenidGrant): string {
  const claims = claimsInIdToken || undefined
  return JSON.stringify({
    ...context,
    nonce,
    sector,
    userinfo: userinfoClaims,
    id_token: idTokenClaims,
    claims,
  })
}

/** For the authorization `a`: its user, if the first ID token contains claims of theirs. NULL reads no row. */
export const claimedUser = `CASE WHEN a.openid ->> 'claims' THEN a.user_id END`

export function parseOpenidGrant(text: string): OpenidGrant {
  const {
    sid,
    acr,
    amr,
    idp,
    nonce,
    sector,
    userinfo,
    id_token,
    claims = false,
  } = stored().parse(JSON.parse(text))
  return {
    context: { sid, acr, amr, idp },
    nonce,
    sector,
    userinfoClaims: userinfo,
    idTokenClaims: id_token,
    claimsInIdToken: claims,
  }
}
