import { isLoopbackHost } from './origin.ts'
import { currentKey, rotationOverdueAfter, type SigningKeyPlan, signingAlgorithms } from './signing-keys.ts'
import type { Seconds } from './time.ts'

/** One thing that was looked at. What is not good says what to do about it. */
export interface Finding {
  readonly subject: string
  readonly verdict: 'good' | 'warning' | 'bad'
  readonly text: string
  readonly fix?: string
}

/** What the scheduled handler is set to in wrangler.toml, and some patience. */
const scheduledEvery: Seconds = 15 * 60
const patience: Seconds = 3600

export interface SchemaFacts {
  /** Names of migrations, in order. */
  readonly applied: readonly string[]
  /** The last one that the code relies on. */
  readonly needed: string
}

export interface AuditFacts {
  /** Whether the chain ends in a head that was made with the key-encryption secret. */
  readonly isWhole: boolean
  readonly sealed: number
  /** Of the oldest event that has no seal. */
  readonly waitingSince: Seconds | undefined
}

export interface StoredFacts {
  readonly audit: AuditFacts
  readonly schema: SchemaFacts
  readonly keys: readonly SigningKeyPlan[]
  /** Whether the key-encryption secret opens the keys that sign now. */
  readonly keysOpen: boolean
  readonly lastMaintenanceAt: Seconds | undefined
  /** Whether anybody will be here without a job being late: a deployed Worker is asked by the platform. */
  readonly isScheduled: boolean
  /** Up to the number that was counted. */
  readonly outdatedPasswords: number
  readonly hasAdministrator: boolean
}

/** What the database tells. */
export function checkStored(facts: StoredFacts, now: Seconds): readonly Finding[] {
  return [
    checkSchema(facts.schema),
    ...checkKeys(facts, now),
    checkMaintenance(facts, now),
    checkAudit(facts, now),
    checkPasswords(facts.outdatedPasswords),
    facts.hasAdministrator
      ? good('Administrator', 'There is one')
      : warning(
          'Administrator',
          'There is none',
          'Open the link that npm start or npm run deploy printed last',
        ),
  ]
}

/** A later schema is good: migrations only add, so that code of before goes on while the next one is deployed. */
export function checkSchema({ applied, needed }: SchemaFacts): Finding {
  const last = applied.at(-1) ?? 'before the first release'
  if (last === needed) return good('Schema', needed)
  if (applied.includes(needed)) return good('Schema', `${last}; this code needs ${needed}`)
  const fix = 'npm run deploy applies what is missing; in development npm start does'
  return bad('Schema', `${last}, but this code needs ${needed}`, fix)
}

function checkKeys({ keys, keysOpen }: StoredFacts, now: Seconds): readonly Finding[] {
  if (keys.length === 0) return [good('Signing keys', 'None yet: the first use makes them')]
  if (!keysOpen) {
    const fix =
      'Set KEY_ENCRYPTION_SECRET back to what it was. If it is lost, delete the rows of signing_keys: every token becomes invalid'
    return [bad('Signing keys', 'KEY_ENCRYPTION_SECRET does not open them', fix)]
  }
  return signingAlgorithms.map((alg) => {
    const subject = `Signing key ${alg}`
    const key = currentKey(keys, alg, now)
    if (key === undefined) return good(subject, 'None yet: the first use makes it')
    const age = now - key.activeAt
    return age > rotationOverdueAfter
      ? bad(
          subject,
          `Signs for ${howLong(age)}, and should have been replaced`,
          'See why the scheduled handler does not run',
        )
      : good(subject, `Signs for ${howLong(age)}`)
  })
}

function checkMaintenance({ lastMaintenanceAt, isScheduled }: StoredFacts, now: Seconds): Finding {
  const subject = 'Scheduled handler'
  if (!isScheduled) return good(subject, 'Does not run by itself in development')
  const fix = 'Look at its log in the Cloudflare dashboard, and at [triggers] in wrangler.toml'
  if (lastMaintenanceAt === undefined)
    return warning(subject, 'Has not run yet; it does within a quarter of an hour', fix)
  const since = now - lastMaintenanceAt
  return since > scheduledEvery + patience
    ? bad(subject, `Ran ${howLong(since)} ago: nothing is purged, and no key rotates`, fix)
    : good(subject, `Ran ${howLong(since)} ago`)
}

function checkAudit({ audit, isScheduled }: StoredFacts, now: Seconds): Finding {
  const subject = 'Audit log'
  const { isWhole, sealed, waitingSince } = audit
  if (!isWhole) {
    const fix = 'npm run audit:verify says where; docs/security.md says how to go on'
    return bad(subject, 'It does not end as it was sealed, or KEY_ENCRYPTION_SECRET is another one', fix)
  }
  const since = now - (waitingSince ?? now)
  return isScheduled && since > scheduledEvery + patience
    ? warning(
        subject,
        `Events wait for their seal since ${howLong(since)}`,
        'See why the scheduled handler does not run; after an upgrade it catches up',
      )
    : good(subject, sealed === 1 ? '1 event is sealed' : `${sealed} events are sealed`)
}

function checkPasswords(outdated: number): Finding {
  return outdated === 0
    ? good('Password hashes', 'All cost what they should')
    : good('Password hashes', `${outdated} of another cost: each is made anew when its owner signs in`)
}

export interface SettingFacts {
  readonly issuer: string | undefined
  readonly corsAllowAllOrigins: boolean
}

/** What the settings tell. */
export function checkSettings({ issuer, corsAllowAllOrigins }: SettingFacts): readonly Finding[] {
  return [
    issuer === undefined ? good('ISSUER', 'Unset: only localhost is answered') : good('ISSUER', issuer),
    corsAllowAllOrigins
      ? warning('CORS', 'Every web page may call the token endpoint', 'Remove CORS_ALLOW_ALL_ORIGINS')
      : good('CORS', 'Only registered origins may call the token endpoint'),
  ]
}

export interface RemoteFacts {
  readonly asked: string
  /** `issuer` of the metadata; undefined when there was none. */
  readonly issuer: string | undefined
  readonly keys: number
  /** Whether an origin that nobody registered may call the token endpoint. */
  readonly isCorsOpen: boolean
  /** Server minus here. */
  readonly clockOffset: Seconds | undefined
}

/** What anybody can see from outside. */
export function checkRemote({
  asked,
  issuer,
  keys,
  isCorsOpen,
  clockOffset,
}: RemoteFacts): readonly Finding[] {
  if (issuer === undefined) {
    const fix = 'Is it deployed, and does this domain lead to the Worker? Does ISSUER name the same host?'
    return [bad('ISSUER', `${asked} answers no metadata`, fix)]
  }
  return [
    issuer === asked
      ? good('ISSUER', issuer)
      : bad(
          'ISSUER',
          `The server at ${asked} says that it is ${issuer}`,
          'Set ISSUER to where it is reached',
        ),
    new URL(asked).protocol === 'https:' || isLoopbackHost(new URL(asked).hostname)
      ? good('Transport', new URL(asked).protocol.slice(0, -1))
      : bad('Transport', 'Not https', 'Use an https issuer'),
    keys > 0
      ? good('Signing keys', `${keys} published`)
      : bad('Signing keys', 'None is published', 'Look at the log: does KEY_ENCRYPTION_SECRET open them?'),
    isCorsOpen
      ? bad('CORS', 'Every web page may call the token endpoint', 'Remove CORS_ALLOW_ALL_ORIGINS')
      : good('CORS', 'An unknown origin is refused at the token endpoint'),
    clockOffset === undefined || Math.abs(clockOffset) <= 5
      ? good('Clock', 'Agrees with the server’s')
      : warning(
          'Clock',
          `This one is ${Math.abs(clockOffset)} s off`,
          'Set this machine’s clock: its tokens may seem expired, or not yet valid',
        ),
  ]
}

function howLong(seconds: Seconds): string {
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} minutes`
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}

const good = (subject: string, text: string): Finding => ({ subject, verdict: 'good', text })
const warning = (subject: string, text: string, fix: string): Finding => ({
  subject,
  verdict: 'warning',
  text,
  fix,
})
const bad = (subject: string, text: string, fix: string): Finding => ({ subject, verdict: 'bad', text, fix })
