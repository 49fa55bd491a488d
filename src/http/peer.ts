import { type AttemptKind, attemptSubject } from '../secrets/try-subject.ts'
import type { NetworkOrigin } from '../store/origin.ts'
import { addressBlock, widerBlock } from '../values/network-address.ts'
import type { Context } from './context.ts'

/** The network address of a request, as Cloudflare saw it. Undefined in development. */
export function peerAddress(c: Context): string | undefined {
  return c.req.header('cf-connecting-ip')
}

/** The blocks that an address is counted under. Nothing is counted by single address: in IPv6 anybody has 2^64 of them. */
export interface PeerBlocks {
  readonly block: string
  /** The wider block, with a larger budget of its own. Undefined for IPv4. */
  readonly wider: string | undefined
}

/** Hashed, for counters in their own table. */
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
