import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { after, before, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { root } from '../../scripts/project.ts'
import { freePort } from '../e2e/elsewhere.ts'
import { DevProject } from '../scripts/dev-project.ts'
import { type Application, Visitor } from '../scripts/visitor.ts'

/** MCP's own suite for authorization servers, unmodified. */
const tool = path.join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')

const project = new DevProject()
const person = new Visitor(() => project.origin)
let application: Application
let port = 0

before(async () => {
  assert.equal(project.run('createsuperuser', ['--username', 'ada']).status, 0)
  await project.start()
  await person.signIn('ada')
  port = await freePort()
  // If the server lists `none`, the suite sends no secret, even if it has one.
  application = await person.register(`http://127.0.0.1:${port}/callback`, 'authorization-code', 'public')
})
after(() => project.remove())

/** Runs it, and follows its redirects as the person. */
async function run(
  ...more: readonly string[]
): Promise<{ readonly status: number | null; readonly said: string }> {
  const args = ['authorization', '--url', project.origin, '--port', String(port), ...more]
  const child = spawn(process.execPath, [tool, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let visited: Promise<unknown> | undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += stripVTControlCharacters(String(data))
      const [url] = /^http:\S+\/o\/authorize\?\S+(?=\s)/m.exec(said) ?? []
      if (url !== undefined) visited ??= visit(url)
    })
  }
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  await visited
  return { status, said }
}

async function visit(url: string): Promise<void> {
  const answer = await person.submit(await person.request(url), { decision: 'authorize' })
  await fetch(answer.headers.get('location') ?? '')
}

it('@modelcontextprotocol/conformance reports no failure and no warning', async () => {
  const { status, said } = await run('--client-id', application.id)
  assert.equal(status, 0, said)
  assert.match(said, /Total: 3 passed, 0 failed/)
  assert.doesNotMatch(said, /warning|skipped/i)
})
