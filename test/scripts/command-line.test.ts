import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { root } from '../../scripts/project.ts'
import { released, versionedFiles, versionsIn } from '../../scripts/release.ts'
import { unknownSettings } from '../../scripts/server/dev-vars.ts'
import { distance, problemOf, problemOfPort } from '../../scripts/server/options.ts'
import { Quiet } from '../../scripts/server/quiet.ts'

const start = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/start.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  })
  return { status, said: (stdout + stderr).trim() }
}

describe('every other command', () => {
  const commands =
    'audit-archive audit-verify backup createsuperuser deploy doctor end-everything import playground release restore'
  const run = (name: string, option: string) =>
    new Promise<string>((done) => {
      const child = execFile(process.execPath, [`scripts/${name}.ts`, option], (_, stdout, stderr) =>
        done(`${child.exitCode} ${(stdout + stderr).trim()}`),
      )
    })

  it('says how it is used, after --help and after an unknown option', async () => {
    for (const name of commands.split(' ')) {
      const [helped, refused] = await Promise.all([run(name, '--help'), run(name, '--nothing')])
      const command = `npm run ${name.replace(/^audit-/, 'audit:')}`
      assert.match(helped, new RegExp(`^0 Like this: (\\w+=… )?${command}`))
      assert.match(refused, new RegExp(`^1 Unknown option '--nothing'\\. Like this: (\\w+=… )?${command}`))
      assert.ok(!helped.includes('\n') && !refused.includes('\n'), refused)
    }
  })
})

describe('npm run release', () => {
  const files = Object.fromEntries(
    versionedFiles.map((name) => [name, readFileSync(path.join(root, name), 'utf8')]),
  )

  it('finds one version in every place', () => {
    const versions = Object.values(versionsIn(files))
    assert.equal(versions.length, 6)
    assert.match(versions[0] ?? '', /^\d+\.\d+\.\d+$/)
    assert.deepEqual(new Set(versions).size, 1, JSON.stringify(versionsIn(files)))
  })

  it('writes the next one in every place, once, and keeps the rest', () => {
    const next = released(files, '999.0.1', '2030-01-02')
    assert.ok(typeof next === 'object')
    assert.deepEqual(new Set(Object.values(versionsIn(next))), new Set(['999.0.1']))
    assert.match(next['CHANGELOG.md'] ?? '', /^## Unreleased\n\n## 999\.0\.1 - 2030-01-02\n\n###/m)
    for (const [name, text] of Object.entries(files)) {
      const lines = new Set(text.split('\n'))
      const added = (next[name] ?? '').split('\n').filter((line) => !lines.has(line))
      assert.ok(added.length >= 1 && added.every((line) => line.includes('999.0.1')), name)
    }
    assert.match(String(released(next, '999.0.2', '2030-01-03')), /nothing under/)
    assert.match(String(released(next, '999.0.1', '2030-01-03')), /greater than 999\.0\.1/)
    for (const wrong of ['', 'v1', '1.0', '0.0.1', '1.0.0-beta'])
      assert.match(String(released(files, wrong, '2030-01-02')), /^The next version must be/, wrong)
  })
})

describe('npm start', () => {
  it('has its own help', () => {
    const { status, said } = start('--help')
    assert.equal(status, 0)
    assert.match(said, /--port 8123 .*\n.*--local-protocol/)
  })

  it('refuses a mistyped option and an invalid port, in one line', () => {
    assert.deepEqual(start('--porrt', '8123'), {
      status: 1,
      said: '--porrt is not an option. Did you mean --port?',
    })
    assert.deepEqual(start('--port', 'abc'), {
      status: 1,
      said: '--port takes a number from 0 to 65535, not abc.',
    })
    assert.match(problemOf(['--colour']) ?? '', /^--colour is not an option. npm start -- --help lists/)
    assert.equal(problemOf(['--port', '8123', '--ip=0.0.0.0', '--verbose']), undefined)
    assert.deepEqual(['0', '65535'].map(problemOfPort), [undefined, undefined])
    assert.ok(problemOfPort('65536')?.includes('65536'))
  })

  it('counts differing letters', () => {
    assert.deepEqual([distance('port', 'porrt'), distance('port', 'prt'), distance('ip', 'env')], [1, 1, 3])
  })
})

describe('.dev.vars', () => {
  it('reports names that no setting has, with the probable setting', () => {
    const text = [
      'CORS_ALOW=1',
      'ACCESS_TOKEN_TTL=1h',
      'BRANDNAME=Acme',
      'sign_up=open',
      'NODE_ENV=x',
      'ISSUER=http://localhost:8000',
      '# MALER=off',
    ]
    assert.deepEqual(
      unknownSettings(text.join('\n'))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, near }) => [name, near]),
      [
        ['ACCESS_TOKEN_TTL', 'ACCESS_TOKEN_LIFETIME'],
        ['BRANDNAME', 'BRAND_NAME'],
        ['CORS_ALOW', 'CORS_ALLOW_ALL_ORIGINS'],
        ['NODE_ENV', undefined],
        ['sign_up', 'SIGN_UP'],
      ],
    )
    assert.deepEqual(unknownSettings(''), [])
  })
})

describe('the output of wrangler', () => {
  const listen = () => {
    const quiet = new Quiet()
    const [from, to] = [new PassThrough(), new PassThrough()]
    quiet.pass(from, to)
    return { quiet, from, heard: () => String(to.read() ?? '') }
  }
  const later = () => new Promise((resolve) => setImmediate(resolve))

  it('is held back until it is ready, and printed if it never is', async () => {
    const { quiet, from, heard } = listen()
    from.write('a table of bindings\n✘ it went wrong\n')
    await later()
    assert.equal(heard(), '')
    const all = new PassThrough()
    quiet.tellAll(all)
    assert.equal(String(all.read()), 'a table of bindings\n✘ it went wrong\n')
  })

  it('is printed afterwards, except for requests, which are logged once', async () => {
    const { quiet, from, heard } = listen()
    from.write('a table of bindings\n')
    await later()
    quiet.started()
    from.write('[wrangler:info] GET /login 200 OK (12ms)\n{"event":"request"}\n')
    from.write('✘ [ERROR] Build failed\n▲ [WARNING] Scheduled Workers are not automatically triggered\n\n')
    await later()
    assert.equal(heard(), '{"event":"request"}\n✘ [ERROR] Build failed\n')
  })
})
