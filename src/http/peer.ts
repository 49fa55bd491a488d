import { type AttemptKind, attemptSubject } from '../secrets/try-subject.ts'
import type { NetworkOrigin } from '../store/origin.ts'
import { addressBlock, widerBlock } from '../values/network-address.ts'
import type { Context } from './context.ts'

/** The network address that a request comes from, as Cloudflare saw it. Undefined in development. */
export function peerAddress(c: Context): string | undefined {
  return c.req.header('cf-connecting-ip')
}

/** What the address counts as. Nothing is counted by the address itself: of IPv6 anybody has 2^64 of them. */
export interface PeerBlocks {
  readonly block: string
  /** Around it, with a budget of its own that is larger. Undefined for IPv4. */
  readonly wider: string | undefined
}

/** Hashed, for what is counted in a table of its own. */
export function originOf(c: Context, kind: AttemptKind): NetworkOrigin {
  const { block, wider } = peerBlocks(c)
  return { block: attemptSubject(kind, block), site: attemptSubject(kind, wider ?? block) }
}

export function peerBlocks(c: Context): PeerBlocks {
  const address = peerAddress(c)
  return address === undefined
    ? { block: 'unknown', wider: undefined }
    : { block: addressBlock(address), wider: widerBlock(address) }
}
