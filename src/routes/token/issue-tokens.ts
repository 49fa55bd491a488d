import { saltFor } from '../../acts/server/kept-keys.ts'
import { usedBefore } from '../../http/tokens/dpop.ts'
import type { ProvenKey } from '../../http/tokens/proven-key.ts'
import { type Client, lifetimesFor } from '../../rules/clients/client.ts'
import { idTokenClaims } from '../../rules/openid/id-token.ts'
import { type Sector, sectorFor, sessionIdIn, subjectIn } from '../../rules/openid/subject.ts'
import { type ClaimsSubject, claimsOf, userClaimValues } from '../../rules/openid/user-claims.ts'
import { type ProfileRules, rulesFor } from '../../rules/profile.ts'
import { checkProfile } from '../../rules/profile-faults.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import type { Target } from '../../rules/requests/resource.ts'
import { formatScope, type Scope } from '../../rules/requests/scope.ts'
import { longestTokenLife, type SigningAlgorithm } from '../../rules/server/signing-keys.ts'
import type { AccessToken, Actor } from '../../rules/tokens/access-token.ts'
import type { OpenidGrant } from '../../rules/tokens/authorization.ts'
import { type Confirmation, jktOf } from '../../rules/tokens/confirmation.ts'
import { checkProofAlgorithm } from '../../rules/tokens/dpop.ts'
import { sealAccessToken, signAccessToken } from '../../secrets/access-token.ts'
import type { Encrypt } from '../../secrets/clients/encryption.ts'
import { randomText } from '../../secrets/secret.ts'
import { type SigningKey, signJwt } from '../../secrets/signing-key.ts'
import { read } from '../../store/database.ts'
import type { Use } from '../../store/sign-in/used-challenges.ts'
import { claimProof } from '../../store/tokens/used-proofs.ts'
import type { Seconds } from '../../values/time.ts'
import type { TokenResponse, TokenServer } from './grant.ts'

/** The facts about its user that an authorization allows us to use. */
export interface UserGrant {
  readonly authorizationId: string
  readonly userId: string
  readonly scope: Scope
  readonly authTime: Seconds
  readonly openid: OpenidGrant
}

/** The keys that sign the tokens, and the one that they are bound to. */
export interface Signers {
  readonly accessToken: SigningKey
  readonly idToken: SigningKey
  readonly encryptIdToken: Encrypt
  /** The key that the access token is bound to. */
  readonly confirmation: Confirmation | undefined
  /** The sector of the subject in these tokens. */
  readonly sector: Sector
  readonly salt: string
}

/** Everything is loaded and proven before the claim, so that nothing is used up when that fails. */
export interface PreparedSigners {
  /** The key that the tokens will be bound to. */
  readonly confirmation: Confirmation | undefined
  /** The proof of that key, to be used up together with the code or refresh token. */
  readonly use: Use | undefined
  /** `isMine`: whether this attempt has the proof. Otherwise it was used before. */
  readonly claimed: (isMine: boolean) => Signers | Refusal
}

/** For a grant that redeems nothing: its proof is claimed alone. */
export async function loadSigners(
  server: TokenServer,
  client: Client,
  target: Target,
  bound: Confirmation | undefined,
): Promise<Signers | Refusal> {
  const prepared = await prepareSigners(server, client, target, bound)
  if (isRefusal(prepared)) return prepared
  const { isMine } = await read(server.db, { isMine: claimProof(server.db, prepared.use) })
  return prepared.claimed(isMine)
}

/** `bound`: the key of the code or token that is redeemed. */
export async function prepareSigners(
  { signingKeys, provenKey, idTokenEncryption, now, db, config }: TokenServer,
  client: Client,
  target: Target,
  bound: Confirmation | undefined,
  openid?: OpenidGrant,
): Promise<PreparedSigners | Refusal> {
  const encryptIdToken = openid === undefined ? noIdToken : await idTokenEncryption(client)
  if (isRefusal(encryptIdToken)) return encryptIdToken
  const proven = await provenKey(client, bound)
  if (isRefusal(proven)) return proven
  const rules = rulesFor(client, config.leastProfile)
  const { confirmation, use } = proven
  const accessTokenAlg = target.alg ?? client.openid.accessTokenAlg
  const refusal = checkProfile(client, rules) ?? checkBound(client, rules, proven, accessTokenAlg)
  if (refusal !== undefined) return refusal
  const { idTokenAlg } = client.openid
  const { signer } = await signingKeys([accessTokenAlg, idTokenAlg])
  // Null is a sector, too: that of public subjects.
  const { sector = sectorFor(client) } = openid ?? { sector: null }
  const signers = {
    accessToken: await signer(accessTokenAlg, now),
    idToken: await signer(idTokenAlg, now),
    encryptIdToken,
    confirmation,
    sector,
    salt: await saltFor(db, config.keyRing, sector),
  }
  return { confirmation, use, claimed: (isMine) => (isMine ? signers : usedBefore) }
}

const noIdToken: Encrypt = () => Promise.reject(new Error('Without a person there is no ID token'))

/** RFC 9449 §5.2, and the rules of the profile for proofs and for what they are bound to. */
function checkBound(
  client: Client,
  { senderConstraints, algorithms }: ProfileRules,
  { confirmation, alg }: ProvenKey,
  accessTokenAlg: SigningAlgorithm,
): Refusal | undefined {
  const isUnbound = senderConstraints.length > 0 && confirmation === undefined
  if (isUnbound || (client.openid.dpopBound && jktOf(confirmation) === undefined))
    return refuse('invalid_request', 'This application must send a DPoP proof (RFC 9449)')
  return (
    checkProofAlgorithm(alg, algorithms) ??
    (algorithms.includes(accessTokenAlg)
      ? undefined
      : refuse(
          'invalid_target',
          `The profile of this application does not allow access tokens signed with ${accessTokenAlg}`,
        ))
  )
}

/** A user's grant to a client, checked and won: what its tokens are made of. */
export interface Issuable {
  readonly client: Client
  readonly grant: UserGrant
  readonly target: Target
  /** The claims of the user; undefined if the scope asks for none. */
  readonly person: ClaimsSubject | undefined
  /** Of the authorization request: only the first ID token repeats it. */
  readonly nonce?: string | undefined
}

/** Phase 5 for a user: an access token, and with the scope `openid` an ID token (OIDC Core §3.1.3.3, §12.2). */
export async function issueForUser(
  server: TokenServer,
  signers: Signers,
  { client, grant, target, person, nonce }: Issuable,
): Promise<TokenResponse> {
  const { config, issuer, now } = server
  const { authorizationId, authTime, openid } = grant
  const { sector, salt } = signers
  const subject = subjectIn(sector, grant.userId, salt)
  const response = await issueAccessToken(
    server,
    signers,
    client,
    { subject, authorizationId, authTime, acr: openid.context.acr },
    target,
  )
  if (!grant.scope.includes('openid')) return response
  const asked = [...openid.idTokenClaims, ...(client.openid.claimsInIdToken ? claimsOf(grant.scope) : [])]
  const facts = {
    issuer,
    subject,
    clientId: client.id,
    authorizationId,
    authTime,
    context: { ...openid.context, sid: sessionIdIn(sector, openid.context.sid, salt) },
    nonce,
    accessToken: response.access_token,
    claims: person === undefined ? {} : userClaimValues(person, asked),
  }
  const lifetime = Math.min(config.lifetimes.idToken, longestTokenLife)
  const claims = idTokenClaims(facts, signers.idToken.alg, lifetime, now)
  const signed = await signJwt(signers.idToken, 'JWT', claims)
  return { ...response, id_token: await signers.encryptIdToken(signed, 'JWT') }
}

/** The user, client and API of an access token. */
export interface Subject {
  readonly subject: string
  readonly authorizationId: string | undefined
  readonly authTime: Seconds | undefined
  readonly acr: string | undefined
  readonly authorizedClientId?: string | undefined
  readonly actor?: Actor | undefined
  readonly madeOf?: readonly string[] | undefined
  /** When its subject token expires. */
  readonly notAfter?: Seconds
}

export async function issueAccessToken(
  server: TokenServer,
  { accessToken: key, confirmation }: Pick<Signers, 'accessToken' | 'confirmation'>,
  client: Client,
  { notAfter, ...subject }: Subject,
  target: Target,
): Promise<TokenResponse> {
  const { issuer, config, now } = server
  const { accessToken } = lifetimesFor(client.policy, config.lifetimes)
  const left = notAfter === undefined ? longestTokenLife : notAfter - now
  const lifetime = Math.min(accessToken, target.lifetime ?? accessToken, longestTokenLife, left)
  const token: AccessToken = {
    ...subject,
    id: randomText(16),
    issuer,
    audience: [target.audience],
    clientId: client.id,
    scope: target.scope,
    details: target.details,
    confirmation,
    issuedAt: now,
    expiresAt: now + lifetime,
  }
  const opaque = client.policy.accessTokenFormat === 'opaque'
  return {
    access_token: opaque
      ? await sealAccessToken(token, config.keyEncryptionSecret)
      : await signAccessToken(token, key, target.typ),
    token_type: jktOf(confirmation) === undefined ? 'Bearer' : 'DPoP',
    expires_in: lifetime,
    scope: formatScope(target.scope),
    ...(target.details && { authorization_details: target.details }),
  }
}
