import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../scripts/project.ts'
import { freePort } from '../e2e/elsewhere.ts'

export const password = 'correct horse battery'

interface StartOptions {
  /** `--persist-to …` */
  readonly state?: readonly string[]
}

export interface Ran {
  readonly status: number | null
  readonly said: string
}

/** A copy of the project, so that the real one is not affected, and `wrangler dev` of it on a port of its own. */
export class DevProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'latchkey-dev-'))
  origin = ''
  #wrangler: ChildProcess | undefined
  /** The same after a restart: the issuer depends on it. */
  #port: number | undefined

  constructor() {
    for (const name of [
      'scripts',
      'src',
      'public',
      'migrations',
      'wrangler.toml',
      'package.json',
      'tsconfig.json',
    ]) {
      cpSync(path.join(root, name), this.at(name), { recursive: true })
    }
    symlinkSync(path.join(root, 'node_modules'), this.at('node_modules'))
    writeFileSync(this.at('.dev.vars'), `KEY_ENCRYPTION_SECRET=${'only-for-tests-'.repeat(3)}\n`)
  }

  at(name: string): string {
    return path.join(this.folder, name)
  }

  run(script: string, args: readonly string[] = []): Ran {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}.ts`, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, LATCHKEY_PASSWORD: password, INIT_CWD: this.folder, NODE_NO_WARNINGS: '1' },
    })
    return { status, said: stdout + stderr }
  }

  async start(options: StartOptions = {}): Promise<void> {
    this.#port ??= await freePort()
    const cli = path.join(root, 'node_modules/wrangler/bin/wrangler.js')
    const args = [
      'dev',
      '--port',
      String(this.#port),
      '--inspector-port',
      '0',
      '--show-interactive-dev-session=false',
      ...(options.state ?? []),
    ]
    this.#wrangler = spawn(process.execPath, [cli, ...args], {
      cwd: this.folder,
      // A group of its own, so that its runtime ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        LATCHKEY_PREPARED: 'true',
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_HIDE_BANNER: 'true',
        X_LOCAL_OBSERVABILITY: 'false',
        X_LOCAL_EXPLORER: 'false',
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      },
    })
    let said = ''
    for (const stream of [this.#wrangler.stdout, this.#wrangler.stderr]) {
      stream?.on('data', (data) => {
        said += data
      })
    }
    this.origin = `http://localhost:${this.#port}`
    for (let tries = 0; tries < 1200; tries++) {
      const answer = await fetch(`${this.origin}/.well-known/jwks.json`).catch(() => undefined)
      if (answer?.status === 200) return
      assert.equal(this.#wrangler.exitCode, null, said)
      await sleep(100)
    }
    assert.fail(`It does not answer: ${said}`)
  }

  /** Like a power failure, except for the disk. */
  async kill(): Promise<void> {
    const { pid } = this.#wrangler ?? {}
    if (pid === undefined) return
    const ended = new Promise((resolve) => this.#wrangler?.once('close', resolve))
    process.kill(-pid, 'SIGKILL')
    this.#wrangler = undefined
    await ended
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
