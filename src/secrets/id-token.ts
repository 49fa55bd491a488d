import { type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as z from 'zod/mini'
import type { Seconds } from '../values/time.ts'

/** What an ID token of ours says of the authorization that it was issued for. */
export interface IssuedIdToken {
  /** As its client knows the person. */
  readonly subject: string
  readonly clientId: string
  readonly authorizationId: string
  readonly authTime: Seconds
  readonly acr: string
  readonly amr: readonly string[]
  readonly issuedAt: Seconds
  readonly expiresAt: Seconds
}

/** An access token has a `client_id`, a signed answer of userinfo no `authorization_id`: neither is read as an ID token. */
const claims = z.object({
  sub: z.string(),
  aud: z.string(),
  authorization_id: z.string(),
  auth_time: z.number(),
  acr: z.string(),
  amr: z.array(z.string()),
  iat: z.number(),
  exp: z.number(),
  client_id: z.optional(z.undefined()),
})

/** Undefined when we did not issue it, or it has expired. Whether its authorization lives is for the store to say. */
export async function openIdToken(
  presented: string,
  issuer: string,
  keys: JWTVerifyGetKey,
  now: Seconds,
): Promise<IssuedIdToken | undefined> {
  try {
    const currentDate = new Date(now * 1000)
    const { payload } = await jwtVerify(presented, keys, { issuer, typ: 'JWT', currentDate })
    const { sub, aud, authorization_id, auth_time, acr, amr, iat, exp } = claims.parse(payload)
    return {
      subject: sub,
      clientId: aud,
      authorizationId: authorization_id,
      authTime: auth_time,
      acr,
      amr,
      issuedAt: iat,
      expiresAt: exp,
    }
  } catch {
    return undefined
  }
}
