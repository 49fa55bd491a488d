import { type Client, defaultClientOpenid, defaultClientPolicy } from '../../rules/clients/client.ts'
import { isLoopbackHost } from '../../values/loopback.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { insertClient } from './changes.ts'

export const playgroundClientId = 'playground'

/** The origin where `npm run playground` serves the page: a different one, so that its token request is cross-origin. */
const standalonePlayground = 'http://localhost:8001'

/** The built-in playground is a public client like any other. It is created with the first administrator, who may delete it. */
export function insertPlaygroundClient(
  db: D1Database,
  issuer: string,
  ownerId: string,
  now: Seconds,
): readonly Write[] {
  const client: Client = {
    id: playgroundClientId,
    ownerId,
    name: 'Playground',
    type: 'public',
    grantType: 'authorization-code',
    furtherGrantTypes: [],
    redirectUris: [`${issuer}/playground/callback`],
    postLogoutRedirectUris: [],
    allowedOrigins: isLoopbackHost(new URL(issuer).hostname) ? [standalonePlayground] : [],
    policy: defaultClientPolicy,
    openid: defaultClientOpenid,
    createdAt: now,
    updatedAt: now,
    suspendedAt: undefined,
    approval: undefined,
    registeredBy: 'person',
    // Its only address is ours.
    trust: 'verified',
    lastUsedAt: undefined,
  }
  return insertClient(db, client)
}
