import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { randomText } from '../src/secrets/secret.ts'
import { root } from './project.ts'

const file = path.join(root, '.dev.vars')

/** The signing keys in the local database are sealed under it, so the one that is there is never replaced. */
export function ensureKeyEncryptionSecret(): void {
  const present = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (parseEnv(present).KEY_ENCRYPTION_SECRET) return
  const newline = present === '' || present.endsWith('\n') ? '' : '\n'
  appendFileSync(file, `${newline}KEY_ENCRYPTION_SECRET=${randomText(32)}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}
