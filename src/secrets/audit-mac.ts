import {
  type ChainHead,
  type ChainStart,
  headText,
  type Mac,
  startText,
} from '../rules/server/audit-chain.ts'
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

/** The start of a chain, with the MAC that says that it is ours. */
export interface MarkedStart extends ChainStart {
  readonly mac: string
}

export function markStart(mac: Mac, start: ChainStart): MarkedStart {
  return { ...start, mac: mac(startText(start)) }
}
