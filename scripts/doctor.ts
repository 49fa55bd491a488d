// `npm run doctor`: checks the local server. `npm run doctor -- --remote --issuer https://id.example.com`: checks the visible
// parts of a deployed one. `-- --mail ada@example.com` sends a mail with the local settings, and shows the result. Ends with 1
// when something is bad.
import { parseArgs } from 'node:util'
import { tryMail } from '../src/acts/people/hand-over-mail.ts'
import { readStoredFacts } from '../src/acts/server/read-health.ts'
import { bad, good, type RemoteFinding, warning } from '../src/rules/server/finding.ts'
import { checkDatabase, type DatabaseSize, sizeDays } from '../src/rules/server/fullness.ts'
import { checkRemote, checkSchema, checkSettings, checkStored } from '../src/rules/server/health.ts'
import { neededMigration } from '../src/store/server/migrations.ts'
import { type Local, patiently, withLocal } from './database/local.ts'
import { appliedQuery } from './database/migration-plan.ts'
import { fail, failUsage } from './failure.ts'
import { defaultPort } from './project.ts'
import { tryQuery } from './remote/cloudflare.ts'
import { askServer } from './remote/health.ts'
import { type UnknownSetting, unknownSettings } from './server/dev-vars.ts'
import { inWords } from './texts/findings.ts'

const usage =
  'npm run doctor -- [--mail ada@example.com], or npm run doctor -- --remote --issuer https://id.example.com'
const options = readOptions()
const findings = options.remote ? await examineRemote() : await examineLocal()
for (const finding of findings) {
  const { verdict } = finding
  const { subject, text, fix } = inWords(finding)
  console.log(`${{ good: '  ✓', warning: '  !', bad: '  ✗' }[verdict]} ${subject.padEnd(20)} ${text}`)
  if (fix !== undefined) console.log(`${' '.repeat(25)}→ ${fix}`)
}
const [problems, warnings] = [count('bad', 'problem'), count('warning', 'warning')]
console.log(`\n${[...problems, ...warnings].join(' and ') || 'All is well'}.`)
process.exit(problems.length > 0 ? 1 : 0)

function count(verdict: RemoteFinding['verdict'], word: string): readonly string[] {
  const { length } = findings.filter((found) => found.verdict === verdict)
  return length === 0 ? [] : [`${length} ${word}${length === 1 ? '' : 's'}`]
}

function readOptions() {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      options: { remote: { type: 'boolean' }, issuer: text, mail: text, 'persist-to': text },
    }).values
  } catch (error) {
    return failUsage(error, usage)
  }
}

function examineLocal(): Promise<readonly RemoteFinding[]> {
  const now = Math.floor(Date.now() / 1000)
  return withLocal(options['persist-to'], async (local) => {
    const { db, config } = local
    const { keyRing, plan } = config
    const stored = await patiently(() => readStoredFacts(db, keyRing, false, now, plan))
    return [
      ...unknownSettings().map(unknownSetting),
      ...checkSettings(config),
      ...checkStored(stored, now),
      ...(await sendTestMail(local, now)),
    ]
  })
}

function unknownSetting({ name, near }: UnknownSetting): RemoteFinding {
  return near === undefined
    ? warning('settings', 'settingUnknown', 'seeSettings', { name })
    : warning('settings', 'settingMistyped', 'correctSetting', { name, near })
}

/** To check before a deploy whether these settings send mail. */
async function sendTestMail({ db, config, email }: Local, now: number): Promise<readonly RemoteFinding[]> {
  const { mail: to } = options
  if (to === undefined) return []
  const { mail: settings } = config
  const { mailer } = settings
  if (mailer !== 'http') return [warning('mail', 'mailStays', 'sendThere', { mailer })]
  const issuer = config.issuer ?? `http://localhost:${defaultPort()}`
  const text = `npm run doctor at ${issuer} sent this, to see whether mail arrives. It did.\n`
  const mail = { to, subject: `Mail from ${issuer} arrives`, text, html: `<!DOCTYPE html><p>${text}</p>` }
  const reason = await tryMail(mail, { db, email, settings, issuer, now })
  return [
    reason === undefined
      ? good('mail', 'mailTaken', { value: to })
      : bad('mail', 'mailRefused', 'setMail', { reason }),
  ]
}

async function examineRemote(): Promise<readonly RemoteFinding[]> {
  const issuer = options.issuer ?? process.env.ISSUER
  if (issuer === undefined || !URL.canParse(issuer)) fail(`Name the issuer: ${usage}`)
  const { origin } = new URL(issuer)
  const mail = options.mail === undefined ? [] : [warning('mail', 'mailElsewhere', 'sendThere', { origin })]
  return [...checkRemote(await askServer(origin)), ...examineRemoteSchema(), ...mail]
}

/** It needs access to Cloudflare: everything else is public. */
function examineRemoteSchema(): readonly RemoteFinding[] {
  const applied = tryQuery<{ name: string }>('List the applied migrations', appliedQuery)
  if (applied !== undefined) {
    const schema = checkSchema({ applied: applied.map(({ name }) => name), needed: neededMigration })
    const from = Math.floor(Date.now() / 86_400_000) - sizeDays
    const sizes = `SELECT day, bytes, most FROM database_sizes WHERE day >= ${from} ORDER BY day`
    const noted =
      schema.verdict === 'bad' ? [] : (tryQuery<DatabaseSize>('See how full the database is', sizes) ?? [])
    return [schema, checkDatabase(noted)]
  }
  console.log('  The schema was not checked: npx wrangler login, and npm run deploy if it has none.')
  return []
}
