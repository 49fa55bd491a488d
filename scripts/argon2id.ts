import { readFileSync } from 'node:fs'
import path from 'node:path'
import setupWasm from 'argon2id/lib/setup.js'
import type { Argon2id } from '../src/secrets/passwords.ts'
import { root } from './project.ts'

/** The same as in the Worker, which has its WebAssembly compiled in; here it is read from its package. */
export function argon2id(): Promise<Argon2id> {
  return setupWasm(instantiate('simd'), instantiate('no-simd'))
}

function instantiate(name: string) {
  const file = path.join(root, 'node_modules/argon2id/dist', `${name}.wasm`)
  return async (imports: WebAssembly.Imports) => {
    const module = new WebAssembly.Module(readFileSync(file))
    return { module, instance: await WebAssembly.instantiate(module, imports) }
  }
}
