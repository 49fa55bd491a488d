import type { Context } from '../../http/context.ts'
import type { Client } from '../../rules/clients/client.ts'
import { acrOf } from '../../rules/openid/id-token.ts'
import { sectorFor } from '../../rules/openid/subject.ts'
import { type Consent, consentFor } from '../../rules/requests/next-step.ts'
import { rememberedHost } from '../../rules/requests/redirect-uri.ts'
import type { Destination } from '../../rules/requests/request.ts'
import { unionScope } from '../../rules/requests/scope.ts'
import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { hashSecret, makeSecret, randomText } from '../../secrets/secret.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { type Write, write } from '../../store/database.ts'
import { putConsent } from '../../store/requests/consents.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { hasAuthorization, insertAuthorization } from '../../store/tokens/authorizations.ts'
import { putCodeCopy } from '../../store/tokens/code-copies.ts'
import type { Secret } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { CheckedRequest } from './check-request.ts'

export interface Approved {
  readonly client: Client
  readonly destination: Destination
  readonly checked: CheckedRequest
  readonly session: Session
  /** What was allowed before, for each host. */
  readonly consents: readonly Consent[]
  /** Why it is remembered, if it is: the person said yes just now, or is not asked about this client. */
  readonly remember: 'agreed' | 'unasked' | undefined
}

/** One approved request: the D1 row and the KV copy in parallel. Undefined when the client, the user or the consent is gone. */
export async function issueCode(c: Context, approved: Approved): Promise<Secret<'code'> | undefined> {
  const { now, reference } = c.var
  const code = makeSecret('code')
  const hash = hashSecret(code)
  const grant = grantOf(c, approved)
  const { userId, clientId, authorizationId: detail } = grant
  const { DB, CODES } = c.env
  const event = {
    id: randomText(16),
    type: 'authorization_issued',
    reference,
    userId,
    clientId,
    detail,
  } as const
  const agreed = approved.remember ? remembering(DB, approved, now) : []
  const writes = [...agreed, insertAuthorization(DB, grant, hash, now), insertAuditEvent(DB, event, now)]
  const [{ written }] = await Promise.all([
    write(DB, writes, { written: hasAuthorization(DB, detail) }),
    putCodeCopy(CODES, hash, grant, now),
  ])
  return written ? code : undefined
}

function grantOf(c: Context, { client, destination, checked, session }: Approved): CodeGrant {
  const { now, config } = c.var
  const { request, scope, resources, userinfoClaims, idTokenClaims } = checked
  const { sid, amr } = session
  const acr = acrOf(amr, request.acrValues)
  return {
    authorizationId: randomText(16),
    clientId: client.id,
    userId: session.user.id,
    scope,
    resources,
    authTime: session.authenticatedAt,
    openid: {
      context: { sid, amr, acr },
      nonce: request.nonce,
      sector: sectorFor(client),
      userinfoClaims,
      idTokenClaims,
    },
    codeChallenge: request.codeChallenge,
    redirectUri: destination.redirectUri.uri,
    redirectUriSent: destination.sent,
    codeExpiresAt: now + config.lifetimes.code,
  }
}

function remembering(db: D1Database, approved: Approved, now: Seconds): readonly Write[] {
  const { client, consents, session } = approved
  const agreed = agreedConsent(approved)
  const others = consents.filter(({ redirectHost }) => redirectHost !== agreed.redirectHost)
  const everywhere = others.reduce((scope, other) => unionScope(scope, other.scope), agreed.scope)
  return putConsent(db, session.user.id, client.id, agreed, everywhere, now)
}

/**
 * Scopes add up while the person sees the same application; a changed name starts anew. Whoever was not asked was shown no host:
 * once the client is not the operator's own any more, they are asked.
 */
function agreedConsent({ client, destination, checked, consents, remember }: Approved): Consent {
  const { consentScope } = checked
  const { name: clientName, trust } = client
  const { uri } = destination.redirectUri
  const isAsked = remember !== 'unasked'
  const redirectHost = isAsked ? rememberedHost(uri) : ''
  const before = isAsked
    ? consentFor(consents, client, uri)
    : consents.find((consent) => consent.redirectHost === '')
  return { clientName, redirectHost, trust, scope: unionScope(before?.scope ?? [], consentScope) }
}
