// `npm run createsuperuser -- --username ada --email ada@example.com`: an administrator in the local database, whether the
// server runs or not. The password comes from LATCHKEY_PASSWORD or the terminal, never from the command line, which every user
// of the machine can read.
import { parseArgs } from 'node:util'
import commonPasswords from '../public/common-passwords.json' with { type: 'json' }
import { makePaths } from '../src/paths.ts'
import { checkEmail, checkPassword, checkUsername } from '../src/rules/people/person.ts'
import { parseCommonPasswords } from '../src/rules/sign-in/common-passwords.ts'
import { hashPassword } from '../src/secrets/passwords.ts'
import { randomText } from '../src/secrets/secret.ts'
import { insertAuditEvent } from '../src/store/audit-events.ts'
import { insertPlaygroundClient } from '../src/store/clients/playground-client.ts'
import { read, write } from '../src/store/database.ts'
import { deleteSetupTokens } from '../src/store/people/setup-tokens.ts'
import { findUser, findUserByName, hasAdministrator, insertUser } from '../src/store/people/users.ts'
import { argon2id } from './argon2id.ts'
import { type Answer, ask, askHidden, inEnglish, isTerminal } from './ask.ts'
import { type Local, patiently, withLocal } from './database/local.ts'
import { fail, failUsage } from './failure.ts'
import { defaultPort } from './project.ts'
import { findServer } from './server/running.ts'

const usage = 'LATCHKEY_PASSWORD=… npm run createsuperuser -- --username ada --email ada@example.com'
const options = readOptions()

await withLocal(options['persist-to'], async (local) => {
  const username = await value(
    options.username,
    'Username: ',
    inEnglish(checkUsername),
    'the username: --username ada',
  )
  const { taken, isSetUp } = await patiently(() =>
    read(local.db, { taken: findUserByName(local.db, username), isSetUp: hasAdministrator(local.db) }),
  )
  if (taken !== undefined) fail(`The username ${taken.username} is taken: choose another one.`)
  // An address is optional, also for a script.
  const email = await value(
    isTerminal ? options.email : (options.email ?? ''),
    'Email (optional): ',
    inEnglish(checkEmail),
  )
  const password = await givenPassword(username, email)
  await insertAdministrator(local, { username, email, password }, isSetUp)
})

function readOptions() {
  const option = { type: 'string' } as const
  try {
    return parseArgs({ options: { username: option, email: option, issuer: option, 'persist-to': option } })
      .values
  } catch (error) {
    return failUsage(error, usage)
  }
}

async function value<T>(
  given: string | undefined,
  question: string,
  check: (typed: string) => Answer<T>,
  missing = '',
): Promise<T> {
  if (given === undefined)
    return isTerminal ? ask(question, check) : fail(`Without a terminal, give ${missing}`)
  const checked = check(given)
  return 'value' in checked
    ? checked.value
    : fail(`${question.replace(/( \(.*)?: $/, '')}: ${checked.problem}`)
}

async function givenPassword(...personal: readonly (string | undefined)[]): Promise<string> {
  const common = parseCommonPasswords(commonPasswords)
  const check = inEnglish((typed) => checkPassword(typed, common, ...personal))
  const { LATCHKEY_PASSWORD } = process.env
  if (LATCHKEY_PASSWORD === undefined && isTerminal) return askHidden('Password (not shown): ', check)
  return value(LATCHKEY_PASSWORD, 'LATCHKEY_PASSWORD: ', check, `the password in LATCHKEY_PASSWORD: ${usage}`)
}

interface Person {
  readonly username: string
  readonly email: string | undefined
  readonly password: string
}

async function insertAdministrator(
  { db, config }: Local,
  { username, email, password }: Person,
  isSetUp: boolean,
) {
  const now = Math.floor(Date.now() / 1000)
  const id = randomText(16)
  const passwordHash = hashPassword(await argon2id(), password)
  const running = options.issuer ?? config.issuer ?? (await findServer(options['persist-to']))
  // The playground is created with the first administrator, and needs an address.
  const issuer = running ?? `http://localhost:${defaultPort()}`
  const user = { id, username, email, passwordHash, role: 'administrator', createdAt: now } as const
  const writes = [
    ...insertUser(db, user),
    ...(isSetUp ? [] : insertPlaygroundClient(db, issuer, id, now)),
    deleteSetupTokens(db),
    insertAuditEvent(db, { id, type: 'administrator_created', reference: randomText(9), userId: id }, now),
  ]
  const { made } = await patiently(() => write(db, writes, { made: findUser(db, id) }))
  if (made === undefined) fail(`The username ${username} was taken just now: choose another one.`)
  const { login } = makePaths(config.oauthPath)
  const where = running === undefined ? `${login} of your server (npm start)` : `${running}${login}`
  console.log(`Created the administrator ${made.username}. Sign in at ${where}`)
}
