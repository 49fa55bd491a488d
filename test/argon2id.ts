import setupWasm, { type computeHash } from '../node_modules/argon2id/lib/setup.js'

/**
 * In place of the package's own `setup.js` (see vitest.config.ts). The hashes are the same, but a test file computes each one once:
 * nearly every test signs in with one password and one stored hash, and a hash takes 50 ms.
 */
export default async function setupOnce(...loaders: Parameters<typeof setupWasm>): Promise<computeHash> {
  const argon2id = await setupWasm(...loaders)
  const computed = new Map<string, Uint8Array>()
  return (params) => {
    const key = JSON.stringify(params, (_, value) => (value instanceof Uint8Array ? [...value] : value))
    const hash = computed.get(key) ?? argon2id(params)
    computed.set(key, hash)
    return hash.slice()
  }
}
