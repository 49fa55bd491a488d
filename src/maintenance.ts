import { deliverSome, queriesOfDelivery } from './acts/openid/deliver-logouts.ts'
import { queriesOfReseal, resealSome } from './acts/server/reseal.ts'
import { type Archive, queriesOfRetiring, retireSome } from './acts/server/retire-audit-events.ts'
import { queriesOfRotation, rotateSigningKeys } from './acts/server/rotate-keys.ts'
import { queriesOfSeal, sealSome } from './acts/server/seal-audit-log.ts'
import { type Allowance, rotated, type Step, takeTurns } from './acts/server/take-turns.ts'
import { canTell, type Post, tellOfQueue } from './app/queue-mails.ts'
import type { Config } from './config.ts'
import { planLimits } from './rules/server/plan.ts'
import { deleteDisused, settleRegistrations } from './store/clients/unused-registrations.ts'
import { countingStatements, write } from './store/database.ts'
import { fillSkeletons } from './store/people/name-skeletons.ts'
import { expireSignUps, queriesOfExpiring } from './store/people/unused-sign-ups.ts'
import { fillTerms } from './store/people/user-terms.ts'
import { sumTokens } from './store/server/daily-tokens.ts'
import { forgetDatabaseSizes, noteDatabaseSize, readDatabaseSize } from './store/server/database-sizes.ts'
import { noteMaintenance } from './store/server/maintenance-runs.ts'
import { expiredRows, purging } from './store/server/purge.ts'
import { queriesOfSettling, settleFailedTries } from './store/sign-in/failed-tries.ts'
import { forgetOver, queriesOfForgetting } from './store/tokens/forgotten-authorizations.ts'
import type { Seconds } from './values/time.ts'

/** As in wrangler.toml. A run ends before the next one begins. */
const runEvery: Seconds = 15 * 60
const longestRun: Seconds = 10 * 60
/** Enough for all round trips of one sign-in. In milliseconds. */
const restBetweenParts = 50
const rest = () => scheduler.wait(restBetweenParts)

/**
 * The scheduled handler. Every step is bounded, and may be run twice or stopped in the middle; a failed one does not block the
 * others. Seals come first in each round; the others start at another one in each run. Throws when a step failed, after all
 * others are done, so that the platform shows the run as failed.
 */
export async function maintain(
  db: D1Database,
  config: Config,
  clock: () => Seconds,
  archive?: Archive,
  restAfterPart: Allowance['rest'] = rest,
  post?: Post,
): Promise<void> {
  const startedAt = clock()
  const counting = countingStatements(db)
  const allowance: Allowance = {
    // One statement is reserved for the record at the end.
    queriesLeft: () => planLimits[config.plan].queries - 1 - counting.sent(),
    isTimeLeft: () => clock() - startedAt < longestRun,
    rest: restAfterPart,
  }
  const [seal, ...others] = scheduledSteps(counting.db, config, startedAt, archive)
  // A step that may need many statements comes first, while many are left: most runs have little to do, and then each step has
  // its turn.
  const large = others.filter(({ queries }) => queries > 5)
  const small = others.filter(({ queries }) => queries <= 5)
  const steps = [seal, ...large, ...rotated(small, Math.floor(startedAt / runEvery))]
  const { failed, unfinished } = await takeTurns(steps, allowance)
  for (const { name, error } of failed) {
    console.error(
      JSON.stringify({ event: 'maintenance_failed', step: name, reason: String(error).slice(0, 300) }),
    )
  }
  const run = { ranAt: startedAt, failed: failed.map(({ name }) => name), unfinished }
  // A chain that ends long before the last run was reset to an earlier state: a run that sealed nothing is not recorded.
  if (!run.failed.includes(seal.name)) {
    const { notice } = await write(db, [], { notice: noteMaintenance(db, run, canTell(config, post)) })
    if (notice !== undefined) await tellOfQueue(db, config, post, notice, startedAt)
  }
  console.log(JSON.stringify({ event: 'maintained', statements: counting.sent(), ...run }))
  if (failed.length > 0) {
    throw new AggregateError(
      failed.map(({ error }) => error),
      `Failed: ${run.failed.join(', ')}`,
    )
  }
}

async function noteSize(db: D1Database, most: number, now: Seconds): Promise<false> {
  const bytes = await readDatabaseSize(db, forgetDatabaseSizes(db, now))
  if (bytes !== undefined) await write(db, [noteDatabaseSize(db, bytes, most, now)], {})
  return false
}

/** All periodic work. The first step seals the audit log. */
export function scheduledSteps(
  db: D1Database,
  config: Config,
  now: Seconds,
  archive?: Archive,
): readonly [Step, ...Step[]] {
  const { keyEncryptionSecret: secret, keyRing: ring } = config
  const { notices } = planLimits[config.plan]
  return [
    { name: 'audit seals', queries: queriesOfSeal, run: () => sealSome(db, ring, now) },
    // Without an earlier secret there is nothing to re-encrypt.
    ...(ring.length > 1
      ? [{ name: 'secrets', queries: queriesOfReseal, run: () => resealSome(db, ring, now) }]
      : []),
    { name: 'signing keys', queries: queriesOfRotation, run: () => rotateSigningKeys(db, secret, now) },
    {
      name: 'logout notices',
      queries: queriesOfDelivery(notices),
      run: () => deliverSome(db, config, now, notices),
    },
    {
      name: 'audit retention',
      queries: queriesOfRetiring,
      run: () => retireSome(db, ring, config.auditRetention, archive, now),
    },
    {
      name: 'database size',
      queries: 2,
      run: () => noteSize(db, planLimits[config.plan].databaseBytes, now),
    },
    { name: 'tokens by day', queries: 1, run: () => sumTokens(db, Math.floor(now / runEvery), now) },
    { name: 'name skeletons', queries: 2, run: () => fillSkeletons(db) },
    { name: 'search terms', queries: 3, run: () => fillTerms(db) },
    { name: 'failed tries', queries: queriesOfSettling, run: () => settleFailedTries(db, now) },
    {
      name: 'authorizations',
      queries: queriesOfForgetting,
      run: () => forgetOver(db, config.lifetimes, now),
    },
    {
      name: 'unused registrations',
      queries: 2,
      // In one run of eight, so that neither costs the other a statement.
      run: () =>
        Math.floor(now / runEvery) % 8 === 7 ? deleteDisused(db, now) : settleRegistrations(db, now),
    },
    { name: 'unused sign-ups', queries: queriesOfExpiring, run: () => expireSignUps(db, now) },
    ...expiredRows(config.lifetimes, config.auditRetention, now).map((expired) => ({
      name: `${expired.table} by ${expired.column}`,
      queries: 1,
      run: purging(db, expired),
    })),
  ]
}
