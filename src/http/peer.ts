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

export function peerBlocks(c: Context): PeerBlocks {
  const address = peerAddress(c)
  return address === undefined
    ? { block: 'unknown', wider: undefined }
    : { block: addressBlock(address), wider: widerBlock(address) }
}
