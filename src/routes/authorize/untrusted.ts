import type { ParameterProblem } from '../../rules/parameters.ts'
import type { Messages } from '../../ui/words/messages/index.ts'

/** Why no redirect is possible: shown to the person. */
export interface Untrusted {
  readonly untrusted:
    | 'unreadable'
    | 'noApplication'
    | 'unknownApplication'
    | 'noRedirectUri'
    | 'unregistered'
    | 'removed'
    | 'expired'
    | 'unencryptable'
  /** The problem of an unreadable request. */
  readonly problem?: ParameterProblem
  /** For the log. */
  readonly reason?: string
}

const pages = {
  unreadable: 'unreadable',
  noApplication: 'unknownApplication',
  unknownApplication: 'unknownApplication',
  noRedirectUri: 'unregistered',
  unregistered: 'unregistered',
  removed: 'removed',
  expired: 'expired',
  unencryptable: 'unencryptable',
} as const

/** RFC 6749 §4.1.2.1: the text for the person, and the entry in the documentation. `unreadable`: the problem in words. */
export function untrustedTexts({ failure }: Messages, { untrusted }: Untrusted, unreadable: string) {
  const facts = {
    unreadable,
    noApplication: failure.noApplicationFact,
    unknownApplication: failure.unknownApplicationFact,
    noRedirectUri: failure.noRedirectUriFact,
    unregistered: failure.unregisteredFact,
    removed: failure.removedFact,
    expired: failure.expiredFact,
    unencryptable: failure.unencryptableFact,
  }
  const explained = pages[untrusted]
  return { title: failure[explained], advice: `${facts[untrusted]} ${failure.untrustedAdvice}`, explained }
}
