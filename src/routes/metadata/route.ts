import type { Context } from '../../http/context.ts'
import { allowEveryOrigin } from '../../http/cors.ts'
import { signingKeys } from '../../http/tokens/signing.ts'
import { openidConfiguration, serverMetadata } from '../../rules/server/metadata.ts'

/** How long clients and caches may keep discovery documents, in seconds. A new key is published for longer before it signs. */
const cacheFor = 300

/** GET /.well-known/oauth-authorization-server, RFC 8414 §3. */
export function getServerMetadata(grantTypes: readonly string[]) {
  return (c: Context): Response =>
    cacheable(JSON.stringify(serverMetadata(c.var.issuer, c.var.paths, grantTypes)))
}

/** GET /.well-known/openid-configuration, OIDC Discovery §4. */
export function getOpenidConfiguration(grantTypes: readonly string[]) {
  return (c: Context): Response =>
    cacheable(
      JSON.stringify(openidConfiguration(c.var.issuer, c.var.paths, grantTypes, c.var.config.languages)),
    )
}

/** GET /.well-known/jwks.json, RFC 7517 §5. */
export async function getJwks(c: Context): Promise<Response> {
  return cacheable((await signingKeys(c)).jwks)
}

function cacheable(json: string): Response {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': `public, max-age=${cacheFor}` }
  return allowEveryOrigin(new Response(json, { headers }))
}
