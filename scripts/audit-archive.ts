// `npm run audit:archive`: writes the sealed events of the audit log to a file, the oldest first, each verified. With
// `--remove` the events in the file are deleted afterwards, and the rest still verifies.
import { appendFileSync, closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ChainCheck } from '../src/rules/server/audit-chain.ts'
import { auditCsvHeader, auditCsvLine, auditCsvPart, auditCsvStart } from '../src/rules/server/audit-csv.ts'
import { auditMac, isOurStart, markStart, openPart } from '../src/secrets/audit-mac.ts'
import { readAuditPart } from '../src/store/server/audit-parts.ts'
import { auditedColumns } from '../src/store/server/audit-seals.ts'
import { readAuditStart, readSealedEvent } from '../src/store/server/audit-starts.ts'
import type { KeyRing } from '../src/values/key-ring.ts'
import { secretsOfServer } from './audit/secret.ts'
import { type Ask, partsQuery } from './audit/source.ts'
import { patiently, withLocal } from './database/local.ts'
import { readOptions } from './database/options.ts'
import { fail } from './failure.ts'
import { root } from './project.ts'
import { query } from './remote/cloudflare.ts'

const usage =
  'npm run audit:archive -- --output audit.csv [--until 2026-01-01] [--remove] [--remote] [--dry-run]'
const options = readOptions(
  { output: { type: 'string' }, until: { type: 'string' }, remove: { type: 'boolean' } },
  usage,
)
if (options.output === undefined) fail(`Name the output file: ${usage}`)
const file = path.resolve(process.env.INIT_CWD ?? root, options.output)
const until = options.until === undefined ? undefined : Date.parse(`${options.until}T00:00:00Z`) / 1000
if (Number.isNaN(until)) fail(`--until must be a day, like 2026-01-01: ${usage}`)
const chunk = 1000

if (options['dry-run']) {
  console.log(`What \`npm run audit:archive\` does:

  1. Read the sealed events${until === undefined ? '' : ` before ${options.until}`}, and check their seals
  2. Write them, for you alone        ${file}${
    options.remove
      ? `
  3. Delete them from the database; where the chain begins then is kept in audit_starts`
      : ''
  }
`)
} else if (options.remote) {
  await archive(async (sql) => query<Record<string, unknown>>('Ask the database', sql), secretsOfServer())
} else {
  await withLocal(options['persist-to'], ({ db, config }) =>
    archive(async (sql) => (await patiently(() => db.prepare(sql).all())).results, config.keyRing),
  )
}

async function archive(ask: Ask, ring: KeyRing): Promise<void> {
  const mac = auditMac(ring[0])
  const [begun] = await ask('SELECT number, seal, retired_at, mac FROM audit_starts')
  const start = begun === undefined ? undefined : readAuditStart(begun)
  if (!isOurStart(mac, start))
    fail(
      'Stopped: the start of the chain is not ours, or KEY_ENCRYPTION_SECRET was replaced less than a quarter of an hour ago. npm run audit:verify says more.',
    )
  begin()
  if (start !== undefined) appendFileSync(file, auditCsvStart(start))
  const parts = (await ask(partsQuery)).map(readAuditPart)
  appendFileSync(file, parts.map(auditCsvPart).join(''))
  const check = new ChainCheck(mac, start, await Promise.all(parts.map((part) => openPart(ring, part))))
  const first = check.head.number
  for (let more = true; more; ) {
    const rows = await ask(
      `SELECT ${auditedColumns}, number, seal FROM audit_events
       WHERE number > ${check.head.number} AND number <= ifnull((SELECT number FROM audit_heads), 0)
       ORDER BY number LIMIT ${chunk}`,
    )
    const events = rows.map(readSealedEvent)
    const kept = events.findIndex(({ at }) => until !== undefined && at >= until)
    const old = kept === -1 ? events : events.slice(0, kept)
    const problems = old.flatMap((event) => check.take(event))
    if (problems.length > 0) {
      rmSync(file)
      fail(`Stopped: ${problems[0]}. npm run audit:verify says more. Nothing was changed.`)
    }
    appendFileSync(file, old.map(auditCsvLine).join(''))
    more = old.length === chunk
  }
  keepForGood()
  const { number, seal } = check.head
  console.log(`\n${number - first} events are in ${file}, up to number ${number}.`)
  if (!options.remove || number === first) return
  // The start is written first: wherever this stops, the chain is complete, and the next run deletes the rest.
  const next = markStart(mac, { number, seal, retiredAt: Math.floor(Date.now() / 1000) })
  const values = `1, ${next.number}, '${next.seal}', ${next.retiredAt}, '${next.mac}'`
  await ask(`INSERT INTO audit_starts (id, number, seal, retired_at, mac) SELECT ${values}
    WHERE ifnull((SELECT seal FROM audit_starts), '') = '${start?.seal ?? ''}'
    ON CONFLICT (id) DO UPDATE SET number = excluded.number, seal = excluded.seal,
      retired_at = excluded.retired_at, mac = excluded.mac`)
  for (let gone = chunk; gone === chunk; ) {
    const deleted = await ask(`DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events
      WHERE number > 0 AND number <= (SELECT number FROM audit_starts) LIMIT ${chunk}) RETURNING 1`)
    gone = deleted.length
  }
  console.log('They were deleted from the database. Keep the file: it is the only copy.')
}

/** Created before it is filled, so that nobody else can read its content. */
function begin(): void {
  try {
    writeFileSync(file, auditCsvHeader, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      fail(`${file} exists already: choose another --output.`)
    throw error
  }
}

/** Flushed to the disk, before anything is deleted. */
function keepForGood(): void {
  const opened = openSync(file, 'r+')
  fsyncSync(opened)
  closeSync(opened)
}
