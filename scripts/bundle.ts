import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { root } from './project.ts'

const cli = path.join(root, 'node_modules/wrangler/bin/wrangler.js')

/** A Worker as a deployment would upload it. */
export interface Bundle {
  readonly main: string
  readonly modules: readonly Module[]
  /** Bytes of all modules together, compressed as wrangler counts them. */
  readonly gzipped: number
}

export interface Module {
  readonly name: string
  readonly contents: Buffer<ArrayBuffer>
}

/**
 * Builds the Worker of a wrangler.toml into `folder`, which must be empty or missing, without uploading it.
 * @param args further arguments of `wrangler deploy`
 */
export async function bundleWorker(
  config: string,
  folder: string,
  args: readonly string[] = [],
): Promise<Bundle> {
  const command = [cli, 'deploy', ...args, '--dry-run', '--config', config, '--outdir', folder]
  await promisify(execFile)(process.execPath, command, {
    cwd: path.dirname(config),
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
  })
  const names = readdirSync(folder).filter((name) => /\.(js|mjs|wasm)$/.test(name))
  const modules = names.map((name) => ({ name, contents: readFileSync(path.join(folder, name)) }))
  const [main] = names.filter((name) => !name.endsWith('.wasm'))
  if (main === undefined) throw new Error(`wrangler wrote no script to ${folder}`)
  return { main, modules, gzipped: gzipSync(Buffer.concat(modules.map(({ contents }) => contents))).length }
}
