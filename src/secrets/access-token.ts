import { type JWTVerifyGetKey, jwtVerify } from 'jose'
import { type AccessTokenTyp, accessTokenTyps } from '../rules/requests/resource.ts'
import { parseScopeNames } from '../rules/requests/scope.ts'
import { type AccessToken, accessTokenClaims } from '../rules/tokens/access-token.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { array, mayBeMissing, missing, number, object, type Shape, string } from '../values/shape.ts'
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

/** As deep as the longest exchange chain. */
interface Actor {
  readonly sub: string
  readonly act?: Actor | undefined
}

const actor: Shape<Actor> = (value) => actorMembers(value)
const actorMembers = object({ sub: string, act: mayBeMissing(actor) })

const claims = object({
  iss: string,
  aud: (value: unknown) => (typeof value === 'string' ? value : array(string)(value)),
  sub: string,
  client_id: string,
  scope: string,
  authorization_id: mayBeMissing(string),
  authorized_client_id: mayBeMissing(string),
  act: mayBeMissing(actor),
  made_of: mayBeMissing(array(string)),
  auth_time: mayBeMissing(number),
  acr: mayBeMissing(string),
  cnf: mayBeMissing(object({ jkt: string })),
  jti: string,
  iat: number,
  exp: number,
})

function readClaims(payload: unknown): AccessToken {
  const read = claims(payload)
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
    authTime: read.auth_time,
    acr: read.acr,
    jkt: read.cnf?.jkt,
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
const idTokenMembers = object({
  sub: string,
  aud: string,
  authorization_id: string,
  auth_time: number,
  acr: string,
  amr: array(string),
  iat: number,
  exp: number,
  client_id: missing,
})

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
    const { sub, aud, authorization_id, auth_time, acr, amr, iat, exp } = idTokenMembers(payload)
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
