import { refuse } from '../rules/refusal.ts'
import { isLoopbackHost } from '../values/loopback.ts'
import type { Context, Surface } from './context.ts'
import { allowAnyOrigin } from './cors.ts'
import { refuseMachine } from './machine-answers.ts'
import { onceMore, refusePage } from './pages.tsx'
import { peerAddress, peerBlocks } from './peer.ts'

/** Names of the bindings in wrangler.toml, with their period there, in seconds. */
const limits = {
  form: { near: 'FORM_LIMIT', site: 'FORM_SITE_LIMIT', period: 60 },
  page: { near: 'PAGE_LIMIT', site: 'PAGE_SITE_LIMIT', period: 10 },
  machine: { near: 'MACHINE_LIMIT', site: 'MACHINE_SITE_LIMIT', period: 10 },
} as const

/**
 * Stops floods from one address, before they cost a hash or a query: an IPv4 address, a /64 of IPv6, and with a larger limit
 * the /48 around it. It is not a lock-out: that counts accounts, in D1. The platform keeps the counters, per location: without
 * counters, or when they fail, everything passes.
 */
export async function refuseFlood(c: Context, surface: Surface): Promise<Response | undefined> {
  if (peerAddress(c) === undefined) return undefined
  // In development everybody has the same address.
  if (isLoopbackHost(new URL(c.var.issuer).hostname)) return undefined
  const { near, site, period } = limitOf(c, surface)
  const { block, wider } = peerBlocks(c)
  if ((await isWithin(c, near, block)) && (wider === undefined || (await isWithin(c, site, wider))))
    return undefined
  const response = await answerFlood(c, surface)
  response.headers.set('Retry-After', String(period))
  return response
}

function limitOf(c: Context, surface: Surface) {
  if (surface === 'machine') return limits.machine
  return c.req.method === 'POST' ? limits.form : limits.page
}

async function isWithin(c: Context, binding: string, key: string): Promise<boolean> {
  const limiter = c.env[binding] as RateLimit | undefined
  if (limiter === undefined) return true
  try {
    return (await limiter.limit({ key })).success
  } catch {
    return true
  }
}

async function answerFlood(c: Context, surface: Surface): Promise<Response> {
  const reason = 'Too many requests from one address'
  if (surface !== 'machine') {
    const { failure } = c.var.messages
    return refusePage(c, undefined, 429, failure.flood, failure.floodAdvice, {
      reason,
      onward: onceMore(c),
      explained: 'flood',
    })
  }
  const refusal = refuse(
    'temporarily_unavailable',
    'Too many requests from this address; wait a moment',
    reason,
  )
  return allowAnyOrigin(c, refuseMachine(c, refusal, 429))
}
