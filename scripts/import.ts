// `npm run import -- --from keycloak realm.json`: people, applications and consents of another server, local or with
// `--remote`. docs/import.md explains each format, and the handling of passwords.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { makePaths } from '../src/paths.ts'
import { randomText } from '../src/secrets/secret.ts'
import { insertAuditEvent } from '../src/store/audit-events.ts'
import { read, write } from '../src/store/database.ts'
import { listImportedKinds } from '../src/store/people/imported-people.ts'
import { findUserByName } from '../src/store/people/users.ts'
import { csvLine } from '../src/values/csv.ts'
import { patiently, withLocal } from './database/local.ts'
import { readMigrations } from './database/migrations.ts'
import { fail, failUsage } from './failure.ts'
import { readApplications } from './import/applications.ts'
import { readAuth0 } from './import/auth0.ts'
import { readCsv } from './import/csv.ts'
import { readDjango } from './import/django.ts'
import { readKeycloak } from './import/keycloak.ts'
import { readPeople } from './import/people.ts'
import type { Export, LeftOut } from './import/records.ts'
import { remoteDatabase } from './import/remote-database.ts'
import { reportCsv, reportOf } from './import/report.ts'
import {
  makeResetLinks,
  rememberedOf,
  type Writing,
  writeApplications,
  writeConsents,
  writePeople,
} from './import/write.ts'
import { root } from './project.ts'
import { planRemoteMigrations } from './remote/migrations.ts'
import { findServer } from './server/running.ts'

const formats = ['django-oauth-toolkit', 'keycloak', 'auth0', 'csv'] as const
type Format = (typeof formats)[number]

const usage = `npm run import -- --from ${formats.join('|')} FILE… [--dry-run] [--owner ada] [--report left-out.csv] [--reset-links links.csv] [--remote --issuer https://…]`
const { options, files, format } = readCommand()
const now = Math.floor(Date.now() / 1000)
const given = files.map((file) => readFile(at(file), format))

if (options.remote) {
  if (planRemoteMigrations(await readMigrations()).length > 0) {
    fail('Stopped: the database lacks tables. Run npm run deploy first.')
  }
  await importInto(remoteDatabase('Import'), options.issuer, undefined)
} else {
  await withLocal(options['persist-to'], async ({ db, config }) =>
    importInto(
      db,
      options.issuer ?? config.issuer ?? (await findServer(options['persist-to'])),
      config.oauthPath,
    ),
  )
}

function readCommand() {
  const option = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        from: option,
        owner: option,
        issuer: option,
        report: option,
        'reset-links': option,
        'persist-to': option,
        remote: flag,
        'dry-run': flag,
      },
    })
    const known = formats.find((name) => name === values.from)
    if (known === undefined) fail(`Name the format. Like this: ${usage}`)
    if (positionals.length === 0) fail(`Name the file. Like this: ${usage}`)
    if (values['reset-links'] !== undefined && values.remote && values.issuer === undefined) {
      fail('The links lead to your server: name its address, --issuer https://…')
    }
    return { options: values, files: positionals, format: known }
  } catch (error) {
    return failUsage(error, usage)
  }
}

/** Relative to the folder of the caller, not to the one where npm runs scripts. */
function at(file: string): string {
  return path.resolve(process.env.INIT_CWD ?? root, file)
}

function readFile(file: string, from: Format): Export {
  if (!existsSync(file)) fail(`${file} is not there.`)
  const text = readFileSync(file, 'utf8')
  if (from === 'csv') {
    const people = readCsv(text)
    return 'problem' in people ? fail(`${file}: ${people.problem}.`) : people
  }
  const parsed = parseJson(file, text)
  if (from === 'keycloak') return readKeycloak(parsed)
  return from === 'auth0' ? readAuth0(parsed) : readDjango(parsed, now)
}

/** One value, or one per line (NDJSON). */
function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    try {
      if (lines.length > 1) return lines.map((line) => JSON.parse(line))
    } catch {
      // The error for the whole text is more helpful.
    }
    return fail(`${file} is no JSON: ${(error as Error).message}`)
  }
}

async function importInto(db: D1Database, issuer: string | undefined, oauthPath: string | undefined) {
  const leftOut: LeftOut[] = given.flatMap((one) => one.leftOut)
  const consentsThere = given.flatMap((one) => one.consents)
  const applicationsThere = given.flatMap((one) => one.applications)
  const isDry = options['dry-run'] === true
  const writing: Writing = { db, isDry, now, leftOut, progress, patiently }
  const { kinds, owner } = await patiently(() =>
    read(db, { kinds: listImportedKinds(db), owner: findUserByName(db, options.owner ?? '') }),
  )
  if (options.owner !== undefined && owner === undefined)
    fail(`There is no user ${options.owner} to own the applications.`)
  if (applicationsThere.length > 0 && owner === undefined) {
    fail(`The file contains applications: name their owner, --owner ada. Like this: ${usage}`)
  }

  const { users, ids, passwords } = readPeople(
    given.flatMap((one) => one.people),
    kinds,
    leftOut,
    now,
  )
  if (passwords.lost > 0) {
    const lost =
      passwords.carried === 0
        ? 'No password can be imported'
        : `${counted(passwords.lost, 'password')} will not work here`
    console.log(`${lost}: these people need a new one by mail, or by --reset-links. The reasons are below.\n`)
  }
  const applications = readApplications(applicationsThere, owner?.id ?? '', leftOut, now)
  const clients = await writeApplications(writing, applications.clients)
  const people = await writePeople(writing, users)
  const clientsByRef = new Map(
    [...applications.ids].flatMap(([ref, id]) => {
      const client = applications.clients.find((one) => one.id === id)
      return client === undefined ? [] : [[ref, client] as const]
    }),
  )
  const isNew = (id: string) => people.added.has(id) || clients.added.has(id)
  const remembered = rememberedOf(consentsThere, ids, clientsByRef, isNew, leftOut)
  const detail = `${format}: ${counted(people.added.size, 'person', 'people')}, ${counted(clients.added.size, 'application')}, ${counted(remembered.length, 'consent')}`
  const isSomething = people.added.size + clients.added.size + remembered.length > 0
  if (!isDry && isSomething) {
    await writeConsents(writing, remembered)
    const event = { id: randomText(16), type: 'people_imported', reference: randomText(9), detail } as const
    await patiently(() => write(db, [insertAuditEvent(db, event, now)], {}))
  }
  console.log(`${isDry ? 'Would import' : 'Imported'} from ${detail}.
  Passwords that go on working: ${passwords.carried}. Already there, and left as they are: ${counted(people.before, 'person', 'people')}, ${counted(clients.before, 'application')}.

${reportOf(leftOut)}
`)
  if (options.report !== undefined) save(options.report, reportCsv(leftOut))
  if (options['reset-links'] !== undefined && !isDry) {
    const where =
      issuer ?? fail('The links lead to your server: start it, or name its address, --issuer https://…')
    const { newPassword } = makePaths(oauthPath ?? '/o')
    const links = await makeResetLinks(writing, users, (token) => `${where}${newPassword}?token=${token}`)
    save(
      options['reset-links'],
      csvLine(['username', 'email', 'link']) + links.map((line) => csvLine([...line])).join(''),
    )
  }
}

function counted(count: number, one: string, more = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : more}`
}

/** Readable by the owner only: it gives access to everybody's account in it. */
function save(file: string, text: string): void {
  writeFileSync(at(file), text, { mode: 0o600 })
  console.log(`Written: ${at(file)}`)
}

function progress(what: string, done: number, of: number): void {
  if (done === of || done % 500 === 0)
    console.error(`  ${done.toLocaleString('en')} of ${of.toLocaleString('en')} ${what}`)
}
