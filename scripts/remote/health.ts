import type { RemoteFacts } from '../../src/rules/server/health.ts'

/** Reads the public documents of a server. */
export async function askServer(asked: string): Promise<RemoteFacts> {
  const metadata = await getJson(`${asked}/.well-known/openid-configuration`)
  const { issuer, jwks_uri: jwksUri, token_endpoint: tokenEndpoint } = metadata?.body ?? {}
  const jwks = typeof jwksUri === 'string' ? await getJson(jwksUri) : undefined
  const keys = jwks?.body.keys
  return {
    asked,
    issuer: typeof issuer === 'string' ? issuer : undefined,
    keys: Array.isArray(keys) ? keys.length : 0,
    isCorsOpen:
      typeof tokenEndpoint === 'string' && (await isOpenTo(tokenEndpoint, 'https://nobody.example')),
    clockOffset: metadata?.clockOffset,
  }
}

async function getJson(url: string) {
  const started = Date.now()
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'manual' })
    if (!response.ok) return undefined
    const body: Record<string, unknown> = await response.json()
    const date = Date.parse(response.headers.get('date') ?? '')
    // Halfway between request and answer.
    const here = (started + Date.now()) / 2
    return { body, clockOffset: Number.isNaN(date) ? undefined : Math.round((date - here) / 1000) }
  } catch {
    return undefined
  }
}

async function isOpenTo(url: string, origin: string): Promise<boolean> {
  const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' }
  const response = await fetch(url, { method: 'OPTIONS', headers }).catch(() => undefined)
  return response?.headers.has('access-control-allow-origin') ?? false
}
