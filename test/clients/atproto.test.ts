import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, before, it } from 'node:test'
import { unstable_startWorker } from 'wrangler'
import { freePort } from '../e2e/elsewhere.ts'
import { DevProject } from '../scripts/dev-project.ts'
import { Visitor } from '../scripts/visitor.ts'
import { build, lackOf } from './languages.ts'
import { consent } from './person.ts'

/** AT Protocol: its client library goes as far as it can. It accepts no `client_id` of a loopback host, so this answers for one. */

const clientId = 'https://posts.example/client.json'
const project = new DevProject()
const skip = lackOf('javascript') ?? false
let document = ''
let origin = ''
let worker: Awaited<ReturnType<typeof unstable_startWorker>> | undefined

before(async () => {
  if (skip !== false) return
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false'
  assert.equal(project.run('createsuperuser', ['--username', 'ada']).status, 0)
  const port = await freePort()
  origin = `http://localhost:${port}`
  worker = await unstable_startWorker({
    config: project.at('wrangler.toml'),
    dev: {
      server: { hostname: 'localhost', port },
      inspector: false,
      watch: false,
      logLevel: 'error',
      persist: project.at('.wrangler/state'),
      outboundService: ({ url }: { readonly url: string }) =>
        new Response(document, {
          status: url === clientId ? 200 : 404,
          headers: { 'content-type': 'application/json' },
        }),
    },
  })
  await worker.ready
})
after(async () => {
  await worker?.dispose()
  await project.remove()
})

it('@atproto/oauth-client-node lacks only a `sub` with a DID', { skip, timeout: 180_000 }, async ({
  signal,
}) => {
  const { folder, start } = await build('javascript')
  const person = new Visitor(() => origin)
  await person.signIn('ada')
  const saved = await person.submit(await person.request('/admin/scopes/new'), {
    name: 'atproto',
    description: 'Posts',
  })
  assert.equal(saved.status, 303, await saved.text())
  const [command = '', ...args] = start
  const child = spawn(command, args, {
    cwd: folder,
    signal,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ISSUER: origin,
      CLIENT_ID: clientId,
      REDIRECT_URI: 'https://posts.example/callback',
    },
  })
  const ended = once(child, 'close')
  const said: string[] = []
  child.stderr.on('data', (data) => said.push(String(data)))
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(`${line}\n`)
    const [word, rest = ''] = line.split(/ (.*)/)
    if (word === 'document') document = rest
    if (word === 'visit') child.stdin.write(`${await consent(person, rest)}\n`)
  }
  const [status] = await ended
  assert.equal(status, 0, said.join(''))
  assert.equal(said.at(-1), 'done\n', said.join(''))
})
