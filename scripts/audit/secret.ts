import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { type KeyRing, parseKeyRing } from '../../src/values/key-ring.ts'
import { fail } from '../failure.ts'
import { secretsFile } from '../remote/deploy-settings.ts'

/** The secrets of a deployed server's log: Cloudflare shows no secret, so they must be available here. */
export function secretsOfServer(): KeyRing {
  const kept = readOptionalFile(secretsFile)
  const secret = process.env.KEY_ENCRYPTION_SECRET ?? parseEnv(kept).KEY_ENCRYPTION_SECRET
  if (secret) return parseKeyRing(secret)
  return fail(`The seals need KEY_ENCRYPTION_SECRET: set it, or put it into ${secretsFile}.`)
}

function readOptionalFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
