import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { root } from '../../scripts/project.ts'

export interface Account {
  readonly calls: string[]
  failAt: string | null
  /** Nobody is logged in to Cloudflare. */
  isLoggedOut?: boolean
  worker: boolean
  database: boolean
  readonly secrets: Record<string, string>
  readonly vars: string[]
}

/** A copy of the project without the folders that no script writes into, and a substitute for wrangler with an account in a file. */
export class AccountProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'latchkey-account-'))

  constructor() {
    for (const name of ['scripts', 'migrations', 'wrangler.toml', 'package.json']) {
      cpSync(path.join(root, name), this.at(name), { recursive: true })
    }
    for (const name of ['src', 'public', 'node_modules']) symlinkSync(path.join(root, name), this.at(name))
    mkdirSync(this.at('bin'))
    cpSync(path.join(import.meta.dirname, 'fake-wrangler.mjs'), this.at('bin/wrangler'))
    chmodSync(this.at('bin/wrangler'), 0o755)
    const empty: Account = { calls: [], failAt: null, worker: false, database: false, secrets: {}, vars: [] }
    writeFileSync(this.at('account.json'), JSON.stringify(empty))
  }

  at(name: string): string {
    return path.join(this.folder, name)
  }

  account(): Account {
    return JSON.parse(readFileSync(this.at('account.json'), 'utf8'))
  }

  change(changes: Partial<Account>): void {
    writeFileSync(this.at('account.json'), JSON.stringify({ ...this.account(), ...changes }))
  }

  /** The wrangler calls, by their first two words. */
  kinds(): readonly string[] {
    return this.account().calls.map((line) => line.split(' ').slice(0, 2).join(' '))
  }

  run(script: string, args: readonly string[], variables: Record<string, string> = {}) {
    const env = {
      PATH: `${this.at('bin')}:${path.dirname(process.execPath)}`,
      FAKE_ACCOUNT: this.at('account.json'),
      NODE_NO_WARNINGS: '1',
      ...variables,
    }
    const command = [`scripts/${script}.ts`, ...args]
    return spawnSync(process.execPath, command, { cwd: this.folder, env, encoding: 'utf8' })
  }

  rows(sql: string): readonly Record<string, unknown>[] {
    const db = new DatabaseSync(this.at('account.json.sqlite'))
    const found = db.prepare(sql).all()
    db.close()
    // Node's rows have no prototype, which an assertion treats as a difference.
    return found.map((row) => ({ ...row }))
  }

  exec(sql: string): void {
    const db = new DatabaseSync(this.at('account.json.sqlite'))
    db.exec(sql)
    db.close()
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}
