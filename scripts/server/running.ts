import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../project.ts'

const file = () => path.join(root, '.wrangler', 'server.json')

function stateOf(persistTo: string | undefined): string {
  return path.resolve(root, persistTo ?? '.wrangler/state')
}

/** The origin and the data folder of the last started local server. For scripts that run beside it. */
export function noteServer(origin: string, persistTo: string | undefined): void {
  try {
    mkdirSync(path.dirname(file()), { recursive: true })
    writeFileSync(file(), JSON.stringify({ origin, state: stateOf(persistTo) }))
  } catch {
    // Other scripts then print only paths.
  }
}

/** The origin of that server, if it has the same data and answers. */
export async function findServer(persistTo: string | undefined): Promise<string | undefined> {
  try {
    const noted: unknown = JSON.parse(readFileSync(file(), 'utf8'))
    if (typeof noted !== 'object' || noted === null) return undefined
    const { origin, state } = noted as { readonly origin?: unknown; readonly state?: unknown }
    if (typeof origin !== 'string' || state !== stateOf(persistTo)) return undefined
    const answer = await fetch(`${origin}/.well-known/jwks.json`, { signal: AbortSignal.timeout(2000) })
    return answer.ok ? origin : undefined
  } catch {
    return undefined
  }
}
