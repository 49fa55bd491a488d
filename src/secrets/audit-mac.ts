import {
  type ChainHead,
  type ChainPart,
  type ChainStart,
  headText,
  type Mac,
  startText,
} from '../rules/server/audit-chain.ts'
import { isEqual } from '../values/equal.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { derivedKey, macUnder, macUnderKey, seal, unseal } from './derived-keys.ts'

/** The MAC of the audit log: HMAC-SHA-256 under a key of its own. */
export function auditMac(secret: string): Mac {
  return macUnder(secret, 'audit-log')
}

/** The head of a chain, with the MAC that proves that it is ours. */
export interface MarkedHead extends ChainHead {
  readonly mac: string
}

export function markHead(mac: Mac, head: ChainHead): MarkedHead {
  return { ...head, mac: mac(headText(head)) }
}

/** Whether we wrote the end of the chain. An empty one has no end. */
export function isOurHead(mac: Mac, head: MarkedHead | undefined): boolean {
  return head === undefined || isEqual(head.mac, markHead(mac, head).mac)
}

/** The start of a chain, with the MAC that proves that it is ours. */
export interface MarkedStart extends ChainStart {
  readonly mac: string
}

export function markStart(mac: Mac, start: ChainStart): MarkedStart {
  return { ...start, mac: mac(startText(start)) }
}

/** Whether we wrote the start of the chain. One that was never cut begins with its first event. */
export function isOurStart(mac: Mac, start: MarkedStart | undefined): boolean {
  return start === undefined || isEqual(start.mac, markStart(mac, start).mac)
}

/** The end of a part of the log, and the key that verifies it, encrypted for this place only. */
export interface SealedPart {
  readonly number: number
  readonly seal: string
  readonly sealed: string
}

/** The key of `owner`, kept only for verification, under the newest secret. */
export async function sealPart(
  ring: KeyRing,
  owner: string,
  end: Pick<ChainHead, 'number' | 'seal'>,
): Promise<SealedPart> {
  const sealed = await seal(ring[0], 'kept-keys', contextOf(end), derivedKey(owner, 'audit-log'))
  return { number: end.number, seal: end.seal, sealed }
}

/** Throws when it was sealed under another secret, or for another place. */
export async function openPart(ring: KeyRing, part: SealedPart): Promise<ChainPart> {
  const key = await unseal(ring, 'kept-keys', contextOf(part), part.sealed)
  return { number: part.number, seal: part.seal, mac: macUnderKey(key) }
}

function contextOf({ number, seal }: Pick<ChainHead, 'number' | 'seal'>): string {
  return `audit-log ${number} ${seal}`
}
