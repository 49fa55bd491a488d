import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The folder of the project: scripts work from any folder. */
export const root = path.join(import.meta.dirname, '..')

/** `[dev] port` of wrangler.toml: the default port of the server. */
export function defaultPort(): number {
  const toml = readFileSync(path.join(root, 'wrangler.toml'), 'utf8')
  return Number(/^\[dev\]\n(?:[^[\n].*\n|\n)*?port = (\d+)/m.exec(toml)?.[1] ?? 8787)
}
