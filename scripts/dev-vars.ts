import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { randomText } from '../src/secrets/secret.ts'
import { variables } from '../src/variables.ts'
import { distance } from './dev-options.ts'
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

/** A name in `.dev.vars` that no setting has, and the setting that it may be meant to be. */
export interface UnknownSetting {
  readonly name: string
  readonly near: string | undefined
}

/** Names that the Worker does not read: it would ignore a mistyped one in silence. */
export function unknownSettings(text = existsSync(file) ? readFileSync(file, 'utf8') : ''): UnknownSetting[] {
  const known = Object.keys(variables.shape)
  return Object.keys(parseEnv(text))
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, near: nearestOf(known, name) }))
}

/** The name with the fewest differences that has most of the words. */
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

/** The same in a line. */
export function sayUnknown({ name, near }: UnknownSetting): string {
  const advice = near === undefined ? 'docs/configuration.md has them all.' : `Did you mean ${near}?`
  return `${name} in .dev.vars is not a setting. ${advice}`
}
