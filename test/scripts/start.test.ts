import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { root } from '../../scripts/project.ts'
import { DevProject } from './dev-project.ts'

describe('every wrangler that is started here', () => {
  it('makes its database reachable for nobody, and records no URLs', () => {
    for (const file of ['scripts/server/wrangler.ts', 'test/scripts/dev-project.ts', 'test/e2e/world.ts']) {
      const text = readFileSync(path.join(root, file), 'utf8')
      assert.match(text, /X_LOCAL_EXPLORER: 'false'/, file)
      assert.match(text, /X_LOCAL_OBSERVABILITY: 'false'/, file)
    }
  })

  it('reports nothing: no statistics, and no check for updates', () => {
    for (const file of [
      'scripts/server/wrangler.ts',
      'scripts/remote/cloudflare.ts',
      'scripts/bundle.ts',
      'test/scripts/dev-project.ts',
    ]) {
      const text = readFileSync(path.join(root, file), 'utf8')
      assert.match(text, /WRANGLER_SEND_METRICS: 'false'/, file)
      assert.match(text, /WRANGLER_HIDE_BANNER: 'true'/, file)
    }
  })
})

describe('a server on another port', () => {
  const project = new DevProject()
  before(async () => {
    assert.match(
      project.run('createsuperuser', ['--username', 'root']).said,
      /Sign in at \/login of your server/,
    )
    await project.start()
  })
  after(() => project.remove())

  it('has no explorer of the database', async () => {
    for (const at of ['/cdn-cgi/explorer', '/cdn-cgi/explorer/api/d1/database'])
      assert.equal((await fetch(project.origin + at)).ok, false)
  })

  it('is found by createsuperuser while it runs', async () => {
    const state = path.join(project.folder, '.wrangler/state')
    const note = (origin: string, of = state) =>
      writeFileSync(path.join(project.folder, '.wrangler/server.json'), JSON.stringify({ origin, state: of }))
    const said = (name: string) => project.run('createsuperuser', ['--username', name]).said
    note(project.origin)
    assert.ok(said('ada').includes(`Sign in at ${project.origin}/login`))
    note('http://localhost:9')
    assert.match(said('bob'), /Sign in at \/login of your server/)
    note(project.origin, '/elsewhere')
    assert.match(said('cy'), /Sign in at \/login of your server/)
  })
})
