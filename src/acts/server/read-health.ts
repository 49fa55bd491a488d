import { sizeDays } from '../../rules/server/fullness.ts'
import { mostFaultyUsernames, type StoredFacts } from '../../rules/server/health.ts'
import { type Plan, planLimits } from '../../rules/server/plan.ts'
import { currentKey, keyAlgorithms } from '../../rules/server/signing-keys.ts'
import { currentCost } from '../../secrets/passwords.ts'
import { openPrivateKey, type StoredSigningKey } from '../../secrets/signing-key.ts'
import { read } from '../../store/database.ts'
import { listFaultyUsernames } from '../../store/people/name-skeletons.ts'
import { countPasswordsNotOf, hasAdministrator } from '../../store/people/users.ts'
import { findAlgorithmsInUse } from '../../store/server/algorithms.ts'
import { findChain, listUnsealed } from '../../store/server/audit-seals.ts'
import { findAuditStart } from '../../store/server/audit-starts.ts'
import { listDatabaseSizes, readDatabaseSize } from '../../store/server/database-sizes.ts'
import { findLastMaintenance } from '../../store/server/maintenance-runs.ts'
import { listAppliedMigrations, neededMigration } from '../../store/server/migrations.ts'
import { listSigningKeys } from '../../store/server/signing-keys.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { Seconds } from '../../values/time.ts'
import { readSecretFacts } from './read-secret-facts.ts'
import { ownerOf } from './seal-audit-log.ts'

/** The facts for `checkStored`, in few round trips. For `npm run doctor` and the health page. */
export async function readStoredFacts(
  db: D1Database,
  ring: KeyRing,
  isScheduled: boolean,
  now: Seconds,
  plan: Plan = 'free',
): Promise<StoredFacts> {
  const today = Math.floor(now / 86_400)
  const bytes = await readDatabaseSize(db)
  const { keys, chain, start, unsealed, earlier, ...facts } = await read(db, {
    start: findAuditStart(db),
    chain: findChain(db),
    unsealed: listUnsealed(db, 1),
    keys: listSigningKeys(db),
    algorithms: findAlgorithmsInUse(db),
    earlier: listDatabaseSizes(db, today - sizeDays),
    lastRun: findLastMaintenance(db),
    outdatedPasswords: countPasswordsNotOf(db, currentCost),
    faultyUsernames: listFaultyUsernames(db, mostFaultyUsernames),
    hasAdministrator: hasAdministrator(db),
  })
  const schema = { applied: await listAppliedMigrations(db), needed: neededMigration }
  const owner = ownerOf(ring, chain, start)
  const secrets = await readSecretFacts(db, ring, owner)
  const audit = {
    isWhole: owner !== undefined,
    sealed: chain.head?.number ?? 0,
    waitingSince: unsealed[0]?.at,
  }
  const most = planLimits[plan].databaseBytes
  const sizes = bytes === undefined ? earlier : [...earlier, { day: today, bytes, most }]
  return {
    ...facts,
    sizes,
    audit,
    schema,
    keys,
    isScheduled,
    secrets,
    keysOpen: await canOpen(keys, ring, now),
  }
}

async function canOpen(keys: readonly StoredSigningKey[], ring: KeyRing, now: Seconds): Promise<boolean> {
  const current = keyAlgorithms.flatMap((alg) => currentKey(keys, alg, now) ?? [])
  try {
    await Promise.all(current.map((key) => openPrivateKey(key, ring)))
    return true
  } catch {
    return false
  }
}
