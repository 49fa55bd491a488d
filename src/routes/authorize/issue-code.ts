import type { Context } from '../../http/context.ts'
import type { CodeGrant } from '../../protocol/authorization.ts'
import type { AuthorizationRequest, Destination } from '../../protocol/authorization-request.ts'
import type { Client } from '../../protocol/client.ts'
import type { Consent } from '../../protocol/next-step.ts'
import { redirectHost } from '../../protocol/redirect-uri.ts'
import { type Scope, unionScope } from '../../protocol/scope.ts'
import type { Secret } from '../../protocol/secret.ts'
import { hashSecret, makeSecret, randomText } from '../../secrets/secret.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { hasAuthorization, insertAuthorization } from '../../store/authorizations.ts'
import { putCodeCopy } from '../../store/code-copies.ts'
import { putConsent } from '../../store/consents.ts'
import { write } from '../../store/database.ts'

export interface Approved {
  readonly client: Client
  readonly destination: Destination
  readonly request: AuthorizationRequest
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly userId: string
  readonly authTime: number
  /** What was allowed before, if anything. */
  readonly consent: Consent | undefined
  /** Whether the person said yes just now, so that it is remembered. */
  readonly agreed: boolean
}

/** One approved request: the D1 row and the KV copy in parallel. Undefined when the client or the user is gone. */
export async function issueCode(c: Context, approved: Approved): Promise<Secret<'code'> | undefined> {
  const { client, destination, request, userId, authTime } = approved
  const { now, config, reference } = c.var
  const code = makeSecret('code')
  const hash = hashSecret(code)
  const grant: CodeGrant = {
    authorizationId: randomText(16),
    clientId: client.id,
    userId,
    scope: approved.scope,
    resources: approved.resources,
    authTime,
    codeChallenge: request.codeChallenge,
    redirectUri: destination.redirectUri.uri,
    redirectUriSent: destination.sent,
    codeExpiresAt: now + config.lifetimes.code,
  }
  const { DB, CODES } = c.env
  const detail = grant.authorizationId
  const event = {
    id: randomText(16),
    type: 'authorization_issued',
    reference,
    userId,
    clientId: client.id,
    detail,
  } as const
  const agreed = approved.agreed ? [putConsent(DB, userId, client.id, agreedConsent(approved), now)] : []
  const writes = [...agreed, insertAuthorization(DB, grant, hash, now), insertAuditEvent(DB, event, now)]
  const [{ written }] = await Promise.all([
    write(DB, writes, { written: hasAuthorization(DB, grant.authorizationId) }),
    putCodeCopy(CODES, hash, grant, now),
  ])
  return written ? code : undefined
}

/** Scopes add up while the person sees the same application; a changed name or host starts anew. */
function agreedConsent({ client, destination, scope, consent }: Approved): Consent {
  const seen = { clientName: client.name, redirectHost: redirectHost(destination.redirectUri.uri) }
  const same = consent?.clientName === seen.clientName && consent.redirectHost === seen.redirectHost
  return { ...seen, scope: same ? unionScope(consent.scope, scope) : scope }
}
