import { encryptionFor } from '../../http/clients/encryption.ts'
import type { Context } from '../../http/context.ts'
import { allowEveryOrigin } from '../../http/cors.ts'
import { readFormBody } from '../../http/form-body.ts'
import { note } from '../../http/log.ts'
import { answerMachine, refuseBearer, refuseMachine } from '../../http/machine-answers.ts'
import { admit, type PresentedToken, presentedToken, tokenQuery } from '../../http/tokens/bearer.ts'
import { signingKeys } from '../../http/tokens/signing.ts'
import type { Client } from '../../rules/clients/client.ts'
import { claimsOf, userClaimValues } from '../../rules/openid/user-claims.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { allowedClaimsOf } from '../../rules/requests/claims-request.ts'
import type { SigningAlgorithm } from '../../rules/server/signing-keys.ts'
import { signJwt } from '../../secrets/signing-key.ts'
import { read } from '../../store/database.ts'
import { findUserinfo } from '../../store/openid/userinfo.ts'

/** GET /o/userinfo, OIDC Core §5.3. */
export async function get(c: Context): Promise<Response> {
  return allowEveryOrigin(await answerUserinfo(c, presentedToken(c)))
}

/** POST /o/userinfo: the token in the header, or in the body (RFC 6750 §2.2), and once. */
export async function post(c: Context): Promise<Response> {
  const header = presentedToken(c)
  const body = c.req.header('content-type') === undefined ? undefined : await readFormBody(c)
  const inBody = body?.ok ? body.pairs.getAll('access_token').filter((token) => token !== '') : []
  const fromBody = inBody.map((token): PresentedToken => ({ scheme: 'Bearer', token }))
  const [sent, ...more] = header === undefined ? fromBody : [header, ...fromBody]
  if (more.length > 0) {
    return allowEveryOrigin(refuseMachine(c, refuse('invalid_request', 'The access token was sent twice')))
  }
  return allowEveryOrigin(await answerUserinfo(c, sent))
}

async function answerUserinfo(c: Context, presented: PresentedToken | undefined): Promise<Response> {
  if (presented === undefined) {
    const response = refuseMachine(c, refuse('invalid_token', 'The access token is missing'))
    // RFC 6750 §3.1: a request without any token gets no error code.
    response.headers.set('WWW-Authenticate', `Bearer realm="${c.var.issuer}"`)
    return withMetadata(c, response)
  }
  const answer = await readUserinfo(c, presented)
  if (isRefusal(answer)) return withMetadata(c, refuseBearer(c, answer))
  const { client, claims } = answer
  const { userinfoAlg, encryption } = client.openid
  if (userinfoAlg === undefined && encryption.userinfo === undefined) return dated(c, answerMachine(claims))
  const encrypt = await encryptionFor(c, client, 'userinfo')
  if (isRefusal(encrypt)) return refuseMachine(c, encrypt)
  const jwt =
    userinfoAlg === undefined
      ? await encrypt(JSON.stringify(claims))
      : await encrypt(await signClaims(c, client, userinfoAlg, claims), 'JWT')
  const headers = { 'Content-Type': 'application/jwt', 'Cache-Control': 'no-store' }
  return dated(c, new Response(jwt, { headers }))
}

async function signClaims(
  c: Context,
  { id }: Client,
  alg: SigningAlgorithm,
  claims: Userinfo['claims'],
): Promise<string> {
  const { issuer, now } = c.var
  const keys = await signingKeys(c, [alg])
  return signJwt(await keys.signer(alg, now), 'JWT', { ...claims, iss: issuer, aud: id, iat: now })
}

/** Conformance tests of FAPI want the time of the answer (RFC 9110 §6.6.1). */
function dated(c: Context, response: Response): Response {
  response.headers.set('Date', new Date(c.var.now * 1000).toUTCString())
  return response
}

/** RFC 9728 §5.1: a challenge names the document that says where to get tokens. */
function withMetadata(c: Context, response: Response): Response {
  const challenge = response.headers.get('WWW-Authenticate')
  if (challenge === null) return response
  const { issuer, paths } = c.var
  const url = issuer + paths.userinfoMetadata
  response.headers.set('WWW-Authenticate', `${challenge}, resource_metadata="${url}"`)
  return response
}

interface Userinfo {
  readonly client: Client
  readonly claims: Readonly<Record<string, unknown>>
}

async function readUserinfo(c: Context, presented: PresentedToken): Promise<Userinfo | Refusal> {
  const { shown } = await read(c.env.DB, { shown: await tokenQuery(c, presented, 'openid', findUserinfo) })
  const live = await admit(c, shown)
  if (isRefusal(live)) return live
  const { token, scope, client, user } = live
  if (user === undefined)
    return refuse('invalid_token', 'The access token is not valid', 'The token was not issued for a user')
  note(c, { client: client.id })
  const claims = [...claimsOf(scope), ...allowedClaimsOf(user.openid.userinfoClaims, client.policy.scope)]
  return { client, claims: { ...userClaimValues(user.subject, claims), sub: token.subject } }
}
