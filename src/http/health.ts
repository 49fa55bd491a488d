import type { StoredFacts } from '../protocol/health.ts'
import { currentKey, signingAlgorithms } from '../protocol/signing-keys.ts'
import type { Seconds } from '../protocol/time.ts'
import { currentCost } from '../secrets/passwords.ts'
import { openSigningKey, type StoredSigningKey } from '../secrets/signing-key.ts'
import { read } from '../store/database.ts'
import { findLastMaintenance } from '../store/maintenance-runs.ts'
import { listAppliedMigrations, neededMigration } from '../store/migrations.ts'
import { listSigningKeys } from '../store/signing-keys.ts'
import { countPasswordsNotOf, hasAdministrator } from '../store/users.ts'

/** What `checkStored` judges, in few round trips. For `npm run doctor` and the health page. */
export async function readStoredFacts(
  db: D1Database,
  secret: string,
  isScheduled: boolean,
  now: Seconds,
): Promise<StoredFacts> {
  const { keys, ...facts } = await read(db, {
    keys: listSigningKeys(db),
    lastMaintenanceAt: findLastMaintenance(db),
    outdatedPasswords: countPasswordsNotOf(db, currentCost),
    hasAdministrator: hasAdministrator(db),
  })
  const schema = { applied: await listAppliedMigrations(db), needed: neededMigration }
  return { ...facts, schema, keys, isScheduled, keysOpen: await canOpen(keys, secret, now) }
}

async function canOpen(keys: readonly StoredSigningKey[], secret: string, now: Seconds): Promise<boolean> {
  const current = signingAlgorithms.flatMap((alg) => currentKey(keys, alg, now) ?? [])
  try {
    await Promise.all(current.map((key) => openSigningKey(key, secret)))
    return true
  } catch {
    return false
  }
}
