import type { Seconds } from '../../values/time.ts'
import { bad, type Finding, good, warning } from './finding.ts'
import { longestTokenLife } from './signing-keys.ts'

/** What KEY_ENCRYPTION_SECRET is needed for, where it was replaced. */
export interface SecretFacts {
  /** How many stand after the newest. */
  readonly older: number
  /** Sealed under another one than the newest. */
  readonly toReseal: number
  /** Who have recovery codes that need another one than the newest. */
  readonly people: number
  /** Since when the newest is in use; undefined while the schedule has not seen it. */
  readonly newestSince: Seconds | undefined
  /** Whether there may be opaque access tokens. */
  readonly hasOpaque: boolean
}

/** Forms, links and requests that are under way. */
const longestForm: Seconds = 3600

/** When an older secret may go: nothing is left that opens with it alone. */
export function checkSecrets(secrets: SecretFacts, now: Seconds): Finding {
  const { older, toReseal, people, newestSince, hasOpaque } = secrets
  if (older === 0) {
    if (toReseal > 0) return bad('secrets', 'secretsLost', 'secretBack', { count: toReseal, people })
    return people > 0
      ? warning('secrets', 'secretsPeople', 'secretPeople', { count: people })
      : good('secrets', 'secretsOne')
  }
  if (toReseal > 0 || newestSince === undefined)
    return warning('secrets', 'secretsSealing', 'secretWait', { count: toReseal })
  const lasting = newestSince + (hasOpaque ? longestTokenLife : longestForm) - now
  if (lasting > 0) return warning('secrets', 'secretsTokens', 'secretWait', { lasting })
  return people > 0
    ? warning('secrets', 'secretsPeople', 'secretPeople', { count: people })
    : warning('secrets', 'secretsSpare', 'secretRemove')
}
