import type { Seconds } from '../../values/time.ts'
import { bad, type Finding, good, warning } from './finding.ts'
import { longestTokenLife } from './signing-keys.ts'

/** The remaining uses of each value of a replaced KEY_ENCRYPTION_SECRET. */
export interface SecretFacts {
  /** Number of secrets after the newest. */
  readonly older: number
  /** Values encrypted under an older secret. */
  readonly toReseal: number
  /** People whose recovery codes need an older secret. */
  readonly people: number
  /** Since when the newest is in use; undefined until the schedule has seen it. */
  readonly newestSince: Seconds | undefined
  /** Whether there may be opaque access tokens. */
  readonly hasOpaque: boolean
}

/** The lifetime of pending forms, links and requests. */
const longestForm: Seconds = 3600

/** When an older secret can be removed: nothing depends on it alone. */
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
