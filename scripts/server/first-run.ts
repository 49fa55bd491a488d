import { makePaths } from '../../src/paths.ts'
import { hashSecret, makeSecret } from '../../src/secrets/secret.ts'
import { read, write } from '../../src/store/database.ts'
import { insertSetupToken } from '../../src/store/people/setup-tokens.ts'
import { hasAdministrator } from '../../src/store/people/users.ts'
import { type Local, patiently, withLocal } from '../database/local.ts'
import { sayUnknown, unknownSettings } from './dev-vars.ts'
import type { DevOptions } from './options.ts'
import { findServer, noteServer } from './running.ts'

/** Prepares a local server. Returns the function that prints its links, once it listens on `port`. */
export function prepareServer(options: DevOptions): Promise<(port: number) => string> {
  return withLocal(options.persistTo, async (local) => {
    const setup = await makeSetupToken(local)
    const other = await findServer(options.persistTo)
    return (port) => {
      const served = `${options.protocol}://localhost:${port}`
      noteServer(served, options.persistTo)
      return describe(local, served, setup, other)
    }
  })
}

/** A new link each time, until there is an administrator: only its hash is stored, so the last one can't be shown again. */
async function makeSetupToken({ db }: Local): Promise<string | undefined> {
  const { isSetUp } = await patiently(() => read(db, { isSetUp: hasAdministrator(db) }))
  if (isSetUp) return undefined
  const token = makeSecret('setup')
  const now = Math.floor(Date.now() / 1000)
  await patiently(() => write(db, [insertSetupToken(db, hashSecret(token), now)], {}))
  return token.plain
}

/** `other`: an earlier server with the same data that still answers. */
function describe(
  { config }: Local,
  served: string,
  setup: string | undefined,
  other: string | undefined,
): string {
  const issuer = config.issuer ?? served
  const paths = makePaths(config.oauthPath)
  const lines = [
    '',
    `  Latchkey is at ${served}`,
    '',
    `  Sign in        ${issuer}${paths.login}`,
    `  Applications   ${issuer}${paths.applications}`,
    `  Playground     ${issuer}${paths.playground}`,
    // Without an option it asks the server at port 8000.
    ...(issuer === 'http://localhost:8000'
      ? []
      : [`  Separate one   npm run playground -- --issuer ${issuer}`]),
    '',
  ]
  if (setup !== undefined) {
    lines.push(
      '  Create the first administrator with this link, which works once:',
      `  ${issuer}${paths.setup}?token=${setup}`,
      '',
    )
  }
  const warnings = [
    issuer !== served && `  Warning: ISSUER is ${issuer}, so pages asked for at ${served} are refused.`,
    config.corsAllowAllOrigins &&
      '  Warning: CORS_ALLOW_ALL_ORIGINS is true: any web page may call the token endpoint.',
    other !== undefined &&
      other !== served &&
      `  Warning: the server at ${other} uses the same local database. Another one: npm start -- --persist-to FOLDER`,
    ...unknownSettings().map((unknown) => `  Warning: ${sayUnknown(unknown)}`),
  ].filter((line) => line !== false)
  if (warnings.length > 0) lines.push(...warnings, '')
  return lines.join('\n')
}
