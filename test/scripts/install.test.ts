import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { root } from '../../scripts/project.ts'

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'latchkey-install-')))
after(() => rmSync(folder, { recursive: true }))

/** A project whose lock file names a package that does not exist. */
function prepare(): void {
  cpSync(path.join(root, 'scripts/install.mjs'), path.join(folder, 'scripts/install.mjs'))
  mkdirSync(path.join(folder, 'node_modules/kept'), { recursive: true })
  const packages = { 'node_modules/missing': { version: '1.0.0', integrity: 'sha512-x' } }
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({ packages }))
  writeFileSync(path.join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: {} }))
}

describe('scripts/install.mjs', () => {
  it('removes nothing when npm runs on the Node that it would remove', () => {
    prepare()
    const { status, stderr } = spawnSync(process.execPath, ['scripts/install.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, npm_node_execpath: path.join(folder, 'node_modules/node/bin/node') },
    })
    assert.equal(status, 1)
    assert.match(
      stderr,
      /^npm runs on the Node in node_modules, .* remove node_modules\/\.bin from your PATH/,
    )
    assert.ok(existsSync(path.join(folder, 'node_modules/kept')))
  })
})
