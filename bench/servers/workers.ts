import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions as readOptions } from 'wrangler'
import type { Bundle } from '../../scripts/bundle.ts'
import { fail } from '../../scripts/failure.ts'
import { workerdProcesses } from './processes.ts'

/** A Worker in a workerd of its own. */
export interface RunningWorker {
  /** Its own socket: without the development server in between. */
  readonly port: number
  readonly pid: number
  readonly inspectorUrl: URL | undefined
  /** Number of lines that it has written to its standard output: all its log lines except errors. */
  lines(): number
  database(): Promise<D1Database>
  /** Runs its scheduled handler to the end. */
  schedule(): Promise<void>
  stop(): Promise<void>
}

export interface Build {
  /** The wrangler.toml with its bindings. */
  readonly config: string
  readonly bundle: Bundle
}

interface Settings {
  readonly variables?: Readonly<Record<string, string>>
  readonly inspected?: boolean
  /** The folder of its storage. Without one the storage is empty, and is deleted when the Worker stops. */
  readonly state?: string
  /**
   * Sends requests through the entry of the local runtime, as `wrangler dev` does: a Worker that represents a part of the platform
   * without CPU cost for us. The router of static files is left out, because the floor and the ruler have none.
   */
  readonly throughEntry?: boolean
  /** A script that is started instead of the Worker's own, and may import it as `./` and its name. */
  readonly entry?: string
}

/** Starts it. One at a time: the new process is assumed to be its own. */
export async function startWorker(build: Build, settings: Settings = {}): Promise<RunningWorker> {
  const { main, modules } = build.bundle
  const { variables = {}, inspected = false, throughEntry = false, entry, state } = settings
  const { assets, ...bindings } = readOptions(build.config).workerOptions
  const { directory } = (assets ?? {}) as { directory?: string }
  const files = directory === undefined ? {} : { serviceBindings: { ASSETS: { disk: { path: directory } } } }
  const scripts = modules.map(({ name, contents }) => ({
    type: name.endsWith('.wasm') ? ('CompiledWasm' as const) : ('ESModule' as const),
    path: name,
    contents,
  }))
  const known = workerdProcesses()
  const output = outputToFile()
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      ...bindings,
      name: 'measured',
      modulesRoot: '/',
      modules: [
        ...(entry === undefined ? [] : [{ type: 'ESModule' as const, path: 'entry.js', contents: entry }]),
        ...scripts.toSorted((a, b) => Number(b.path === main) - Number(a.path === main)),
      ],
      bindings: { ...variables },
      ...files,
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      ...(inspected ? { inspectorPort: 0 } : {}),
      cf: false,
      handleStructuredLogs: () => {},
    }),
    ...(state === undefined ? {} : { resourcePersistencePath: state }),
  })
  const entryUrl = await miniflare.ready
  output.begun()
  const [pid] = workerdProcesses().filter((id) => !known.includes(id))
  if (pid === undefined) fail('The process of workerd was not found: /proc or `ps` must show it.')
  return {
    port: Number((throughEntry ? entryUrl : await miniflare.unsafeGetDirectURL()).port),
    pid,
    inspectorUrl: inspected ? await miniflare.getInspectorURL() : undefined,
    // The same interface, declared in another package.
    database: async () => (await miniflare.getD1Database('DB')) as unknown as D1Database,
    async schedule() {
      const worker = await miniflare.getWorker()
      await worker.scheduled({ cron: '*/15 * * * *' })
    },
    lines: () => readFileSync(output.file).filter((byte) => byte === newline).length,
    async stop() {
      await miniflare.dispose()
      rmSync(path.dirname(output.file), { recursive: true, force: true })
    },
  }
}

const newline = 0x0a

/**
 * The next workerd writes its standard output, with its log lines, to this file until `begun`. Miniflare would read it through a
 * pipe, and to wake that reader for each line would be charged to the Worker. `exec` keeps the process, and its pid.
 */
function outputToFile(): { readonly file: string; begun(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-workerd-'))
  const before = process.env[pathOfWorkerd]
  const workerd: string = before ?? createRequire(import.meta.resolve('miniflare'))('workerd').default
  symlinkSync(workerd, path.join(folder, 'workerd'))
  const command = path.join(folder, 'start')
  writeFileSync(command, startingWorkerd, { mode: 0o700 })
  process.env[pathOfWorkerd] = command
  return {
    file: path.join(folder, 'output'),
    begun() {
      if (before === undefined) delete process.env[pathOfWorkerd]
      else process.env[pathOfWorkerd] = before
    },
  }
}

const startingWorkerd = `#!/bin/sh
folder=\${0%/*}
exec "$folder/workerd" "$@" >"$folder/output"
`

/** Read by Miniflare. */
const pathOfWorkerd = 'MINIFLARE_WORKERD_PATH'
