import { type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as z from 'zod/mini'
import { type AccessTokenTyp, accessTokenTyps } from '../rules/requests/resource.ts'
import { parseScopeNames } from '../rules/requests/scope.ts'
import { type AccessToken, accessTokenClaims } from '../rules/tokens/access-token.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { once } from '../values/once.ts'
import type { Seconds } from '../values/time.ts'
import { seal, unseal } from './derived-keys.ts'
import { type SigningKey, signJwt } from './signing-key.ts'

const opaquePrefix = 'lka_'
const opaqueContext = 'access token'

export function signAccessToken(token: AccessToken, key: SigningKey, typ: AccessTokenTyp): Promise<string> {
  return signJwt(key, typ, accessTokenClaims(token))
}

/** Encrypted, not stored: however many are issued, no row is added. */
export async function sealAccessToken(token: AccessToken, secret: string): Promise<string> {
  return (
    opaquePrefix +
    (await seal(secret, 'access-tokens', opaqueContext, JSON.stringify(accessTokenClaims(token))))
  )
}

/**
 * The content of a presented token, or undefined when we did not issue it, or it has expired. The store decides whether it was
 * revoked.
 */
export async function openAccessToken(
  presented: string,
  issuer: string,
  keys: JWTVerifyGetKey,
  ring: KeyRing,
  now: Seconds,
): Promise<AccessToken | undefined> {
  try {
    const token = presented.startsWith(opaquePrefix)
      ? readClaims(
          JSON.parse(
            await unseal(ring, 'access-tokens', opaqueContext, presented.slice(opaquePrefix.length)),
          ),
        )
      : await openJwt(presented, issuer, keys, now)
    return token.issuer === issuer && token.expiresAt > now ? token : undefined
  } catch {
    // Garbled, forged, or of another key: the caller gets one answer.
    return undefined
  }
}

/**
 * A JWT of `typ` JWT is an access token for an API that accepts no other, never for this server. An ID token has that `typ`
 * too, but no `client_id`, `scope` and `jti`.
 */
async function openJwt(
  presented: string,
  issuer: string,
  keys: JWTVerifyGetKey,
  now: Seconds,
): Promise<AccessToken> {
  const { payload, protectedHeader } = await jwtVerify(presented, keys, { currentDate: new Date(now * 1000) })
  const token = readClaims(payload)
  const typ = accessTokenTyps.find((known) => known === protectedHeader.typ)
  if (typ === undefined || (typ === 'JWT' && token.audience.includes(issuer)))
    throw new Error('Not an access token')
  return token
}

const claims = once(() => {
  /** As deep as the longest exchange chain. */
  const actor = z.object({
    get act() {
      return z.optional(actor)
    },
    sub: z.string(),
  })
  return z.object({
    iss: z.string(),
    aud: z.union([z.string(), z.array(z.string())]),
    sub: z.string(),
    client_id: z.string(),
    scope: z.string(),
    authorization_details: z.optional(z.array(z.looseObject({ type: z.string() }))),
    authorization_id: z.optional(z.string()),
    authorized_client_id: z.optional(z.string()),
    act: z.optional(actor),
    made_of: z.optional(z.array(z.string())),
    auth_time: z.optional(z.number()),
    acr: z.optional(z.string()),
    cnf: z.optional(z.union([z.object({ jkt: z.string() }), z.object({ 'x5t#S256': z.string() })])),
    jti: z.string(),
    iat: z.number(),
    exp: z.number(),
  })
})

function readClaims(payload: unknown): AccessToken {
  const read = claims().parse(payload)
  return {
    id: read.jti,
    issuer: read.iss,
    audience: typeof read.aud === 'string' ? [read.aud] : read.aud,
    subject: read.sub,
    clientId: read.client_id,
    authorizationId: read.authorization_id,
    authorizedClientId: read.authorized_client_id,
    actor: read.act,
    madeOf: read.made_of,
    scope: parseScopeNames(read.scope),
    details: read.authorization_details,
    authTime: read.auth_time,
    acr: read.acr,
    confirmation: read.cnf,
    issuedAt: read.iat,
    expiresAt: read.exp,
  }
}

/** The content of an ID token of ours about its authorization. */
export interface IssuedIdToken {
  /** The person's subject for its client. */
  readonly subject: string
  readonly clientId: string
  readonly authorizationId: string
  readonly authTime: Seconds
  readonly acr: string
  readonly amr: readonly string[]
  readonly issuedAt: Seconds
  readonly expiresAt: Seconds
}

/** An access token has a `client_id`, a signed userinfo answer no `authorization_id`: neither is read as an ID token. */
const idTokenMembers = once(() =>
  z.object({
    sub: z.string(),
    aud: z.string(),
    authorization_id: z.string(),
    auth_time: z.number(),
    acr: z.string(),
    amr: z.array(z.string()),
    iat: z.number(),
    exp: z.number(),
    client_id: z.optional(z.undefined()),
  }),
)

/** Undefined when we did not issue it, or it has expired. The store decides whether its authorization is valid. */
export async function openIdToken(
  presented: string,
  issuer: string,
  keys: JWTVerifyGetKey,
  now: Seconds,
): Promise<IssuedIdToken | undefined> {
  try {
    const currentDate = new Date(now * 1000)
    const { payload } = await jwtVerify(presented, keys, { issuer, typ: 'JWT', currentDate })
    const { sub, aud, authorization_id, auth_time, acr, amr, iat, exp } = idTokenMembers().parse(payload)
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
