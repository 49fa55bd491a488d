import {
  type ChainHead,
  type ChainStart,
  headText,
  type Mac,
  startText,
} from '../rules/server/audit-chain.ts'
import { isEqual } from '../values/equal.ts'
import { macUnder } from './derived-keys.ts'

/** What the audit log is sealed with: HMAC-SHA-256 under a key of its own. */
export function auditMac(secret: string): Mac {
  return macUnder(secret, 'audit-log')
}

/** The head of a chain, with the MAC that says that it is ours. */
export interface MarkedHead extends ChainHead {
  readonly mac: string
}

export function markHead(mac: Mac, head: ChainHead): MarkedHead {
  return { ...head, mac: mac(headText(head)) }
}

/** Whether we wrote where the chain ends. An empty one has no end. */
export function isOurHead(mac: Mac, head: MarkedHead | undefined): boolean {
  return head === undefined || isEqual(head.mac, markHead(mac, head).mac)
}

/** The start of a chain, with the MAC that says that it is ours. */
export interface MarkedStart extends ChainStart {
  readonly mac: string
}

export function markStart(mac: Mac, start: ChainStart): MarkedStart {
  return { ...start, mac: mac(startText(start)) }
}

/** Whether we wrote where the chain begins. One that was never cut begins with its first event. */
export function isOurStart(mac: Mac, start: MarkedStart | undefined): boolean {
  return start === undefined || isEqual(start.mac, markStart(mac, start).mac)
}
