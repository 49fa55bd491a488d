import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { randomText } from '../../src/secrets/secret.ts'
import { variableNames } from '../../src/variables.ts'
import { root } from '../project.ts'
import { distance } from './options.ts'

const file = path.join(root, '.dev.vars')

/** The signing keys in the local database are encrypted under it, so an existing one is never replaced. */
export function ensureKeyEncryptionSecret(): void {
  const present = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (parseEnv(present).KEY_ENCRYPTION_SECRET) return
  const newline = present === '' || present.endsWith('\n') ? '' : '\n'
  appendFileSync(file, `${newline}KEY_ENCRYPTION_SECRET=${randomText(32)}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}

/** An unknown name in `.dev.vars`, and the setting that was probably meant. */
export interface UnknownSetting {
  readonly name: string
  readonly near: string | undefined
}

/** Names that the Worker does not read: it would silently ignore a mistyped one. */
export function unknownSettings(text = existsSync(file) ? readFileSync(file, 'utf8') : ''): UnknownSetting[] {
  const known: readonly string[] = variableNames
  return Object.keys(parseEnv(text))
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, near: nearestOf(known, name) }))
}

/** The name with the fewest differences that shares most of the words. */
function nearestOf(known: readonly string[], typed: string): string | undefined {
  const words = typed.toUpperCase().split('_')
  const [nearest] = known
    .map((name) => {
      const others = name.split('_')
      const shared = words.filter((word) => others.some((other) => distance(word, other) <= 1)).length
      return { name, shared, far: distance(typed.toUpperCase(), name) }
    })
    .filter(({ shared, far }) => far <= 2 || shared / words.length > 0.6)
    .sort((a, b) => b.shared - a.shared || a.far - b.far)
  return nearest?.name
}

/** The same, as one line. */
export function sayUnknown({ name, near }: UnknownSetting): string {
  const advice = near === undefined ? 'docs/configuration.md lists them all.' : `Did you mean ${near}?`
  return `${name} in .dev.vars is not a setting. ${advice}`
}
