import simd from 'argon2id/dist/simd.wasm'
import setupWasm from 'argon2id/lib/setup.js'
import type { Argon2id } from './passwords.ts'

let loaded: Argon2id | undefined

/** One instance per isolate: it takes 65 MB, and its work is synchronous, so requests take turns. */
export async function argon2id(): Promise<Argon2id> {
  // Every Workers runtime has SIMD, so the slower build is left out.
  loaded ??= await setupWasm(instantiate(simd), instantiate(simd))
  return loaded
}

/** Workers compile WebAssembly only at deploy time: the import is a module, ready to instantiate. */
function instantiate(module: WebAssembly.Module) {
  return async (imports: WebAssembly.Imports) => ({
    module,
    instance: await WebAssembly.instantiate(module, imports),
  })
}
