import * as z from 'zod/mini'
import { formatScope, parseScopeNames } from '../../rules/requests/scope.ts'
import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { once } from '../../values/once.ts'
import type { CodeHash, SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { atMost } from './at-most.ts'
import { formatOpenidGrant, parseOpenidGrant } from './openid-grant.ts'

/** The edge copy of a code: read first, never trusted for single use. It contains its own hash. */
const copy = once(() =>
  z.object({
    code_hash: z.string(),
    authorization_id: z.string(),
    client_id: z.string(),
    user_id: z.string(),
    scope: z.string(),
    resources: z.array(z.string()),
    authorization_details: z.optional(z.array(z.looseObject({ type: z.string() }))),
    auth_time: z.number(),
    openid: z.string(),
    code_challenge: z.optional(z.string()),
    dpop_jkt: z.optional(z.string()),
    redirect_uri: z.string(),
    redirect_uri_sent: z.boolean(),
    code_expires_at: z.number(),
  }),
)

/** After a code has expired: an attempt whose answer was lost is taken over by means of the copy. KV refuses less than 60. */
const keptAfter: Seconds = 60

export async function putCodeCopy(
  kv: KVNamespace,
  code: SecretHash<'code'>,
  grant: CodeGrant,
  now: Seconds,
): Promise<void> {
  const value: z.infer<ReturnType<typeof copy>> = {
    code_hash: code.sha256,
    authorization_id: grant.authorizationId,
    client_id: grant.clientId,
    user_id: grant.userId,
    scope: formatScope(grant.scope),
    resources: [...grant.resources],
    ...(grant.details.length > 0 && { authorization_details: [...grant.details] }),
    auth_time: grant.authTime,
    openid: formatOpenidGrant(grant.openid),
    code_challenge: grant.codeChallenge?.s256,
    dpop_jkt: grant.dpopJkt,
    redirect_uri: grant.redirectUri,
    redirect_uri_sent: grant.redirectUriSent,
    code_expires_at: grant.codeExpiresAt,
  }
  const expirationTtl = grant.codeExpiresAt - now + keptAfter
  try {
    await atMost(kv.put(`code:${code.sha256}`, JSON.stringify(value), { expirationTtl }))
  } catch {
    // Without its copy the code is redeemed from D1.
  }
}

/** A miss, an outage, and a value of another code are the same: undefined, and D1 is asked. */
export async function findCodeCopy(kv: KVNamespace, code: CodeHash): Promise<CodeGrant | undefined> {
  const parsed = copy().safeParse(await getJson(kv, `code:${code.sha256}`))
  if (!parsed.success || parsed.data.code_hash !== code.sha256) return undefined
  const value = parsed.data
  return {
    authorizationId: value.authorization_id,
    clientId: value.client_id,
    userId: value.user_id,
    scope: parseScopeNames(value.scope),
    resources: value.resources,
    details: value.authorization_details ?? [],
    authTime: value.auth_time,
    openid: parseOpenidGrant(value.openid),
    codeChallenge: value.code_challenge === undefined ? undefined : { s256: value.code_challenge },
    dpopJkt: value.dpop_jkt,
    redirectUri: value.redirect_uri,
    redirectUriSent: value.redirect_uri_sent,
    codeExpiresAt: value.code_expires_at,
  }
}

async function getJson(kv: KVNamespace, key: string): Promise<unknown> {
  try {
    return await kv.get(key, 'json')
  } catch {
    return undefined
  }
}
