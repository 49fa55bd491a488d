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

/** The form stored in KV. */
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

/**
 * The form stored in D1, in few bytes: the session has a column, and a public sector is left out. Older code, which may run
 * beside this one or after a rollback, requires the other members, and would add the session to a refreshed ID token.
 */
export function formatOpenidColumn(grant: OpenidGrant): string {
  const { context, sector } = grant
  return formatOpenidGrant({ ...grant, context: { ...context, sid: '' }, sector: sector ?? undefined })
}

/** For the authorization `a`: its user, if the first ID token contains claims of theirs. NULL reads no row. */
export const claimedUser = `CASE WHEN a.openid ->> 'claims' THEN a.user_id END`

/** `session`: the column beside it in D1. Without a session in the text, no sector means the public one. */
export function parseOpenidGrant(text: string, session = ''): OpenidGrant {
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
    context: { sid: sid || session, acr, amr, idp },
    nonce,
    sector: sector === undefined && sid === '' ? null : sector,
    userinfoClaims: userinfo,
    idTokenClaims: id_token,
    claimsInIdToken: claims,
  }
}
