import { saltFor } from '../../acts/server/kept-keys.ts'
import { beginVouched } from '../../acts/tokens/begin-vouched.ts'
import { type Client, lifetimesFor } from '../../rules/clients/client.ts'
import { sectorFor, subjectIn } from '../../rules/openid/subject.ts'
import { type Refusal, refuse } from '../../rules/refusal.ts'
import type { Target } from '../../rules/requests/resource.ts'
import { type OtherServer, userNamedBy } from '../../rules/tokens/assertion.ts'
import { type Expected, type ForeignJwt, issuerNamedBy, openForeignJwt } from '../../secrets/foreign-jwt.ts'
import { makeAuthorizationId } from '../../secrets/secret.ts'
import { findVoucher } from '../../store/clients/other-servers.ts'
import { read } from '../../store/database.ts'
import { type AssertedGrant, type AssertedUser, findAssertedUser } from '../../store/tokens/assertions.ts'
import { forgetBeyond } from '../../store/tokens/forgotten-authorizations.ts'
import type { Seconds } from '../../values/time.ts'
import type { TokenServer } from './grant.ts'
import type { Subject } from './issue-tokens.ts'

/** A person that another server vouches for, to an application that it may vouch to. */
export interface Vouched {
  readonly voucher: OtherServer
  readonly jwt: ForeignJwt
  readonly user: AssertedUser
}

/** The expected `aud` and other claims, once the issuer is known. */
type Expecting = (voucher: OtherServer) => Omit<Expected, 'issuer'>

/**
 * A JWT of another server, if an administrator allows that server to vouch to this client. A string is the reason why it is
 * invalid, only for the log. Nothing is fetched for a client without such a server.
 */
export async function readVouched(
  server: TokenServer,
  client: Client,
  presented: string,
  expecting: Expecting,
): Promise<Vouched | string> {
  const { db, issuer: own, now } = server
  const issuer = issuerNamedBy(presented)
  // Our own tokens don't count as those of another server.
  if (issuer === undefined || issuer === own) return 'Not a JWT of another server'
  const { voucher } = await read(db, { voucher: findVoucher(db, issuer, client.id) })
  if (voucher?.jwksUri === undefined) return 'The issuer may not vouch to this application'
  const keys = server.keysAt(voucher.jwksUri, client.id)
  const jwt = await openForeignJwt(presented, keys, { issuer, ...expecting(voucher) }, now)
  if (typeof jwt === 'string') return jwt
  const named = userNamedBy(jwt.claims, voucher)
  if (named === undefined) return `${voucher.userClaim} names no user, or the address is not verified`
  const { user } = await read(db, { user: findAssertedUser(db, voucher.userField, named, client.id) })
  return user === undefined ? 'No user here matches' : { voucher, jwt, user }
}

/**
 * Starts an authorization based on another server's JWT, and returns the subject of its access token. The person sees it among
 * their connected applications; it ends with it, with the person, and with the trust in that server. `isOnce`: the JWT works
 * once.
 */
export async function beginAsserted(
  server: TokenServer,
  client: Client,
  { voucher, jwt, user }: Vouched,
  target: Target,
  options: { readonly isOnce: boolean; readonly notAfter?: Seconds },
): Promise<Subject | Refusal> {
  const { db, issuer, config, now, reference } = server
  if (client.openid.needsTwoFactors)
    return refuse(
      'unauthorized_client',
      'The application requires two factors, which no other server can prove',
    )
  const attemptId = makeAuthorizationId(now)
  const sector = sectorFor(client)
  const salt = await saltFor(db, config.keyRing, sector)
  const { auth_time } = jwt.claims
  // Their clock may be ahead.
  const authTime = typeof auth_time === 'number' ? Math.min(Math.floor(auth_time), now) : undefined
  const { accessToken } = lifetimesFor(client.policy, config.lifetimes)
  const { notAfter = now + accessToken } = options
  const grant: AssertedGrant = {
    authorizationId: attemptId,
    client,
    userId: user.id,
    issuer: voucher.issuer,
    scope: target.scope,
    resources: target.audience === issuer ? [] : [target.audience],
    authTime: authTime ?? now,
    openid: {
      // Authentication at another server does not count here (decision 8).
      context: { sid: '', acr: '1', amr: [] },
      nonce: undefined,
      sector,
      userinfoClaims: [],
      idTokenClaims: [],
      claimsInIdToken: false,
    },
    expiresAt: Math.min(notAfter, now + accessToken),
  }
  const once =
    options.isOnce && jwt.id !== undefined ? { id: jwt.id, expiresAt: jwt.expiresAt, attemptId } : undefined
  const begun = await beginVouched(db, { grant, once, consented: user.consented, reference }, now)
  if (!begun)
    return refuse('invalid_grant', 'The assertion was already used, or its issuer is no longer trusted')
  await forgetBeyond(db, { userId: user.id, clientId: client.id }, config.quotas.authorizations, now)
  return {
    subject: subjectIn(sector, user.id, salt),
    authorizationId: attemptId,
    authTime,
    acr: undefined,
    ...(options.notAfter === undefined ? {} : { notAfter: options.notAfter }),
  }
}
