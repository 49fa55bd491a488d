// `npm run audit:verify`: does the audit log match its seals? Of the local server, of a deployed one (`--remote`), or of files
// that follow one another (`--file latchkey-audit.csv`, repeated). Ends with 1 if not, and names each event.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readExport } from './audit/export.ts'
import { secretsOfServer } from './audit/secret.ts'
import { type Expected, type Verified, verifyDatabase, verifyExport } from './audit/source.ts'
import { patiently, withLocal } from './database/local.ts'
import { fail, failUsage } from './failure.ts'
import { query } from './remote/cloudflare.ts'

const usage =
  'npm run audit:verify, or with -- --remote or -- --file latchkey-audit.csv; --noted NUMBER.SEAL compares with an earlier end'
const options = readOptions()
const noted = readNoted()
const { problems, end, unsealed } = await verify()
for (const line of problems.slice(0, 50)) console.log(`  ✗ ${line}`)
if (problems.length > 50) console.log(`  ✗ and ${problems.length - 50} more`)
const verdict = problems.length === 0 ? 'as it was sealed' : 'not as it was sealed'
console.log(`\nThe audit log is ${verdict}: ${end.number} events, and ${unsealed} that are not sealed yet.`)
if (problems.length === 0 && end.number > 0) {
  console.log(`It ends with --noted ${end.number}.${end.seal}
Keep that elsewhere: with it the next check sees whether anything before it was taken away.`)
}
process.exit(problems.length === 0 ? 0 : 1)

function verify(): Promise<Verified> {
  if (options.file !== undefined) {
    const files = options.file.map((file) => {
      const read = readExport(readFileSync(file, 'utf8'))
      if (read.events.length + read.unsealed === 0) fail(`${file} is not an export of the audit log.`)
      return read
    })
    const whole = {
      events: files.flatMap(({ events }) => events),
      starts: files.flatMap(({ starts }) => starts),
      parts: files.flatMap(({ parts }) => parts),
      unsealed: files.reduce((sum, { unsealed }) => sum + unsealed, 0),
    }
    return verifyExport(whole, secretsOfServer(), noted)
  }
  if (options.remote) {
    const ask = async (sql: string) => query<Record<string, unknown>>('Read the audit log', sql)
    return verifyDatabase(ask, secretsOfServer(), noted)
  }
  return withLocal(options['persist-to'], ({ db, config }) => {
    const ask = async (sql: string) => (await patiently(() => db.prepare(sql).all())).results
    return verifyDatabase(ask, config.keyRing, noted)
  })
}

function readNoted(): Expected | undefined {
  if (options.noted === undefined) return undefined
  const [, number, seal] = /^([0-9]+)\.([\w-]{43})$/.exec(options.noted) ?? []
  if (number === undefined || seal === undefined)
    return fail(`--noted must be a number, a point and a seal: ${usage}`)
  return { number: Number(number), seal }
}

function readOptions() {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      options: {
        remote: { type: 'boolean' },
        file: { type: 'string', multiple: true },
        noted: text,
        'persist-to': text,
      },
    }).values
  } catch (error) {
    return failUsage(error, usage)
  }
}
