import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createServer, get } from 'node:https'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TLSSocket } from 'node:tls'
import { sizes } from '../../packages/protect/scripts/size.ts'
import { protect } from '../../packages/protect/src/node.ts'
import { Issuer } from '../../packages/protect/test/issuer.ts'
import { root } from '../../scripts/project.ts'

const folder = path.join(root, 'packages/protect')

/** The Node of this test, and the one that npm runs on: in CI the oldest supported one. */
const nodes = new Set([process.execPath, process.env.npm_node_execpath ?? process.execPath])

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
  return stdout
}

const tsc = path.join(root, 'node_modules/.bin/tsc')
const compile = (project: string) => run(tsc, ['-p', project])

describe('packages/protect as it is published', () => {
  before(() => {
    compile('tsconfig.build.json')
    run(process.execPath, ['scripts/manifest.ts'])
    compile('tsconfig.test.json')
  })

  for (const node of nodes) {
    it(`passes its cases, compiled, on ${run(node, ['--version']).trim()}`, () => {
      assert.match(run(node, ['dist/test/test/run.js']), /^[1-9]\d+ passed, 0 failed$/m)
    })
  }

  it('has a file for each export, and depends on jose only', () => {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'dist/package.json'), 'utf8'))
    const files = Object.values<{ types: string; default: string }>(manifest.exports).flatMap((entry) => [
      entry.types,
      entry.default,
    ])
    assert.equal(files.length, 6)
    for (const file of files) assert.ok(existsSync(path.join(folder, 'dist', file)), file)
    assert.deepEqual(Object.keys(manifest.dependencies), ['jose'])
    assert.equal(manifest.private, undefined)
  })

  it('has useful types: an application in TypeScript compiles, and a mistake is an error', () => {
    const consumer = path.join(folder, 'dist/consumer')
    mkdirSync(consumer, { recursive: true })
    writeFileSync(path.join(consumer, 'package.json'), '{"type":"module"}')
    writeFileSync(
      path.join(consumer, 'index.ts'),
      `import { Hono } from 'hono'
      import { protect } from '../hono.js'
      const guard = protect({ issuer: 'https://a.example', audience: 'https://b.example' })
      export default new Hono().use(guard).get('/', (c) => {
        const text: string = c.get('token').claims.sub
        // @ts-expect-error: it is a text
        const number: number = c.get('token').claims.sub
        return c.json({ text, number })
      })`,
    )
    const strict = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--types', 'node']
    const modern = ['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023']
    run(tsc, ['--ignoreConfig', ...strict, ...modern, path.join(consumer, 'index.ts')])
  })

  it('sees the certificate of a client in a TLS connection of Node (RFC 8705 §3)', async () => {
    const [key, cert] = ['key', 'crt'].map((kind) =>
      readFileSync(path.join(root, `test/mcp/localhost.${kind}`)),
    )
    const issuer = await Issuer.start()
    const x5t = createHash('sha256')
      .update(new X509Certificate(cert ?? '').raw)
      .digest('base64url')
    const token = await issuer.token({ cnf: { 'x5t#S256': x5t } })
    const options = {
      ...issuer.options(),
      certificate: ({ socket }: IncomingMessage) =>
        socket instanceof TLSSocket ? socket.getPeerCertificate().raw : undefined,
    }
    const listener = protect(options, (_, response) => void response.end('{}'))
    const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, listener)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    after(() => server.close())
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    const ask = async (shown: object) => {
      const headers = { authorization: `Bearer ${token}` }
      const options = { port: address.port, headers, rejectUnauthorized: false, agent: false, ...shown }
      const [answer] = await once(get('https://localhost/', options), 'response')
      answer.resume()
      return answer.statusCode
    }
    assert.equal(await ask({ key, cert }), 200)
    assert.equal(await ask({}), 401)
  })

  it('is at most 15 KiB gzipped with jose, and 7.1 KiB without', async () => {
    for (const { entry, withJose, own } of await sizes()) {
      assert.ok(withJose <= 15 * 1024, `${entry}: ${withJose}`)
      assert.ok(own <= 7.1 * 1024, `${entry}: ${own}`)
    }
  })
})
