// `npm run deploy -- --issuer https://id.example.com`: every step of a first or a later deploy, in order. It can be run again
// at any time, and stops at the first failure.
import { makePaths } from '../src/paths.ts'
import { hashSecret, makeSecret } from '../src/secrets/secret.ts'
import { type Migration, readMigrations } from './database/migrations.ts'
import { act, ask, query } from './remote/cloudflare.ts'
import {
  ensureDeploySecret,
  isWorkersBuild,
  readDeploySettings,
  secretsFile,
} from './remote/deploy-settings.ts'
import { planRemoteMigrations } from './remote/migrations.ts'

const { issuer, database, dryRun } = readDeploySettings()
const deployment = ['deploy', '--keep-vars', ...(issuer === undefined ? [] : ['--var', `ISSUER:${issuer}`])]
const migrations = ['d1', 'migrations', 'apply', 'DB', '--remote']

if (dryRun) {
  console.log(describe(await readMigrations()))
  act('Build it, without deploying', ['deploy', '--dry-run', '--outdir', 'dist'])
} else {
  ask('Ask Cloudflare who you are', ['whoami', '--json'])
  const known = isDatabaseThere()
  // Migrations precede the code that needs them: they only add, so the older code keeps working. But not before there is a
  // database.
  const isBehind = known && planRemoteMigrations(await readMigrations()).length > 0
  if (isBehind) act('Apply the new migrations', migrations)
  const withSecret = needsSecret(known)
  act('Deploy', withSecret ? [...deployment, '--secrets-file', secretsFile] : deployment)
  if (!known) act('Create the tables', migrations)
  console.log(
    `\nLatchkey is deployed. Its issuer is ${issuer ?? 'the variable ISSUER of the Worker: set it there'}\n`,
  )
  if (withSecret) console.log(`${whereTheSecretIs()}\n`)
  offerSetup()
}

function whereTheSecretIs(): string {
  return isWorkersBuild
    ? 'KEY_ENCRYPTION_SECRET was generated, and only the Worker has it. To have a copy for backups, set your own before the first use.'
    : `Keep ${secretsFile} in a safe place: Cloudflare does not show secrets again.`
}

function describe(all: readonly Migration[]): string {
  return `What \`npm run deploy\` does, with ISSUER=${issuer ?? '(that of the Worker)'}:

  1. Ask Cloudflare who you are                 wrangler whoami --json
  2. See whether the database exists            wrangler d1 list --json
  3. If so: list the applied migrations         wrangler d1 execute DB --remote --json --command …
     If some are missing:                       wrangler ${migrations.join(' ')}
       ${all.length} of them, ${all.at(0)?.name} to ${all.at(-1)?.name}
  4. See which secrets are set                  wrangler secret list --format json
     If KEY_ENCRYPTION_SECRET is missing:       generate one, and keep it in .deploy.vars
  5. Deploy; creates missing bindings           wrangler ${deployment.join(' ')} [--secrets-file .deploy.vars]
  6. If the database is new:                    wrangler ${migrations.join(' ')}
  7. If there is no administrator:              store the hash of a setup token, and print its link
`
}

function isDatabaseThere(): boolean {
  const databases = ask<readonly { name: string }[]>('See whether the database exists', [
    'd1',
    'list',
    '--json',
  ])
  return databases?.some(({ name }) => name === database) ?? false
}

/** Only a missing Worker has no list of secrets: any other failure must not lead to a new one. */
function needsSecret(known: boolean): boolean {
  const args = ['secret', 'list', '--format', 'json']
  const secrets = ask<readonly { name: string }[]>('See which secrets are set', args, /Worker ".*" not found/)
  if (secrets?.some(({ name }) => name === 'KEY_ENCRYPTION_SECRET')) return false
  ensureDeploySecret(() => !known || !hasKeys())
  return true
}

function hasKeys(): boolean {
  const sql = 'SELECT count(*) AS n FROM signing_keys'
  return (query<{ n: number }>('See whether there are signing keys', sql)[0]?.n ?? 0) > 0
}

/** A new link each time, until there is an administrator: only its hash is stored. */
function offerSetup(): void {
  const administrators = query<{ n: number }>(
    'See whether there is an administrator',
    `SELECT count(*) AS n FROM users WHERE role = 'administrator'`,
  )
  if ((administrators[0]?.n ?? 0) > 0) return
  const token = makeSecret('setup')
  const { sha256 } = hashSecret(token)
  query(
    'Store the hash of a setup token',
    `DELETE FROM setup_tokens; INSERT INTO setup_tokens (token_hash, created_at) VALUES ('${sha256}', unixepoch())`,
  )
  console.log(`
Create the first administrator with this link, which works once:
${issuer ?? 'https://<where it is>'}${makePaths('/o').setup}?token=${token.plain}
`)
}
