import { isLoopbackHost } from '../../values/loopback.ts'
import type { Seconds } from '../../values/time.ts'
import { bad, type Finding, good, type RemoteFinding, warning } from './finding.ts'
import { checkDatabase, type DatabaseSize } from './fullness.ts'
import { checkSecrets, type SecretFacts } from './secrets.ts'
import { currentKey, type KeyAlgorithm, rotationOverdueAfter, type SigningKeyPlan } from './signing-keys.ts'

/** The interval of the scheduled handler in wrangler.toml, with some tolerance. */
const scheduledEvery: Seconds = 15 * 60
const patience: Seconds = 3600

export interface SchemaFacts {
  /** Names of migrations, in order. */
  readonly applied: readonly string[]
  /** The last one that the code needs. */
  readonly needed: string
}

export interface AuditFacts {
  /** Whether the chain ends in a head that was made with the key-encryption secret. */
  readonly isWhole: boolean
  readonly sealed: number
  /** Time of the oldest unsealed event. */
  readonly waitingSince: Seconds | undefined
}

export interface StoredFacts {
  readonly secrets: SecretFacts
  readonly audit: AuditFacts
  readonly schema: SchemaFacts
  readonly keys: readonly SigningKeyPlan[]
  /** Algorithms in use. The key of an unused one is not replaced. */
  readonly algorithms: readonly KeyAlgorithm[]
  /** Whether the key-encryption secret opens the current keys. */
  readonly keysOpen: boolean
  /** The result of the last run of the scheduled handler. */
  readonly lastRun:
    | {
        readonly ranAt: Seconds
        readonly failed: readonly string[]
        readonly unfinished: readonly string[]
      }
    | undefined
  /** Whether the platform runs the scheduled handler: it does for a deployed Worker. Otherwise a late job is normal. */
  readonly isScheduled: boolean
  /** Sizes of the last days, the oldest first; the last one is current. */
  readonly sizes: readonly DatabaseSize[]
  /** Counted up to a limit. */
  readonly outdatedPasswords: number
  /** Usernames that break the rule for names, up to `mostFaultyUsernames`. */
  readonly faultyUsernames: readonly string[]
  readonly hasAdministrator: boolean
}

/** Findings from the database. */
export function checkStored(facts: StoredFacts, now: Seconds): readonly Finding[] {
  return [
    checkSchema(facts.schema),
    ...checkKeys(facts, now),
    checkSecrets(facts.secrets, now),
    checkMaintenance(facts, now),
    checkAudit(facts, now),
    checkDatabase(facts.sizes),
    checkPasswords(facts.outdatedPasswords),
    checkUsernames(facts.faultyUsernames),
    facts.hasAdministrator
      ? good('administrator', 'administrator')
      : warning('administrator', 'noAdministrator', 'openLink'),
  ]
}

/** A newer schema is fine: migrations only add, so that older code keeps working while the next version is deployed. */
export function checkSchema({ applied, needed }: SchemaFacts): Finding {
  const last = applied.at(-1)
  if (last === needed) return good('schema', 'value', { value: needed })
  if (applied.includes(needed)) return good('schema', 'schemaLater', { last, needed })
  return bad('schema', last === undefined ? 'schemaNone' : 'schemaOld', 'migrate', { last, needed })
}

function checkKeys({ keys, keysOpen, algorithms }: StoredFacts, now: Seconds): readonly Finding[] {
  if (keys.length === 0) return [good('keys', 'keysNone')]
  if (!keysOpen) return [bad('keys', 'keysClosed', 'secretBack')]
  return algorithms.map((alg) => {
    const key = currentKey(keys, alg, now)
    if (key === undefined) return good('key', 'keyNone', { alg })
    const lasting = now - key.activeAt
    return lasting > rotationOverdueAfter
      ? bad('key', 'keyLate', 'seeSchedule', { alg, lasting })
      : good('key', 'keySigns', { alg, lasting })
  })
}

function checkMaintenance({ lastRun, isScheduled }: StoredFacts, now: Seconds): Finding {
  if (!isScheduled) return good('schedule', 'scheduleLocal')
  if (lastRun === undefined) return warning('schedule', 'scheduleNever', 'seeLog')
  const { ranAt, failed, unfinished } = lastRun
  const lasting = now - ranAt
  if (lasting > scheduledEvery + patience) return bad('schedule', 'scheduleLate', 'seeLog', { lasting })
  if (failed.length > 0) {
    return bad('schedule', 'scheduleFailed', 'seeLog', { lasting, steps: failed.join(', ') })
  }
  return unfinished.length > 0
    ? warning('schedule', 'scheduleBehind', 'seePlan', { lasting, steps: unfinished.join(', ') })
    : good('schedule', 'schedule', { lasting })
}

function checkAudit({ audit, isScheduled }: StoredFacts, now: Seconds): Finding {
  const { isWhole, sealed, waitingSince } = audit
  if (!isWhole) return bad('audit', 'auditBroken', 'verify')
  const lasting = now - (waitingSince ?? now)
  return isScheduled && lasting > scheduledEvery + patience
    ? warning('audit', 'auditWaits', 'seeUpgrade', { lasting })
    : good('audit', 'audit', { count: sealed })
}

function checkPasswords(outdated: number): Finding {
  return outdated === 0
    ? good('passwords', 'passwords')
    : good('passwords', 'passwordsOther', { count: outdated })
}

/** The limits of counted and of listed names. */
export const mostFaultyUsernames = 1000
const mostNamed = 5

/** They stay, but should be reviewed: one may imitate another person. */
function checkUsernames(faulty: readonly string[]): Finding {
  if (faulty.length === 0) return good('usernames', 'usernames')
  const more = faulty.length > mostNamed ? ' …' : ''
  const names =
    faulty
      .slice(0, mostNamed)
      .map((name) => `“${name}”`)
      .join(' ') + more
  return good('usernames', 'usernamesFaulty', { count: faulty.length, names })
}

export interface SettingFacts {
  readonly issuer: string | undefined
  readonly corsAllowAllOrigins: boolean
}

/** Findings from the settings. */
export function checkSettings({ issuer, corsAllowAllOrigins }: SettingFacts): readonly Finding[] {
  return [
    issuer === undefined ? good('issuer', 'issuerUnset') : good('issuer', 'value', { value: issuer }),
    corsAllowAllOrigins ? warning('cors', 'corsOpen', 'removeCors') : good('cors', 'corsClosed'),
  ]
}

export interface RemoteFacts {
  readonly asked: string
  /** `issuer` in the metadata; undefined without metadata. */
  readonly issuer: string | undefined
  readonly keys: number
  /** Whether an unregistered origin may call the token endpoint. */
  readonly isCorsOpen: boolean
  /** Server time minus local time. */
  readonly clockOffset: Seconds | undefined
}

/** Findings that are visible from outside. */
export function checkRemote({
  asked,
  issuer,
  keys,
  isCorsOpen,
  clockOffset,
}: RemoteFacts): readonly RemoteFinding[] {
  if (issuer === undefined) return [bad('issuer', 'noMetadata', 'isDeployed', { asked })]
  const transport = new URL(asked).protocol.slice(0, -1)
  return [
    issuer === asked
      ? good('issuer', 'value', { value: issuer })
      : bad('issuer', 'otherIssuer', 'setIssuer', { asked, issuer }),
    transport === 'https' || isLoopbackHost(new URL(asked).hostname)
      ? good('transport', 'value', { value: transport })
      : bad('transport', 'notHttps', 'useHttps'),
    keys > 0 ? good('keys', 'keysPublished', { count: keys }) : bad('keys', 'keysUnpublished', 'openKeys'),
    isCorsOpen ? bad('cors', 'corsOpen', 'removeCors') : good('cors', 'corsRefused'),
    clockOffset === undefined || Math.abs(clockOffset) <= 5
      ? good('clock', 'clock')
      : warning('clock', 'clockOff', 'setClock', { seconds: Math.abs(clockOffset) }),
  ]
}
