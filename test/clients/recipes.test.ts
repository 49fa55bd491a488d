import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { root } from '../../scripts/project.ts'
import { freePort } from '../e2e/elsewhere.ts'
import { DevProject } from '../scripts/dev-project.ts'
import { type Application, Caller, tokensOf, Visitor } from '../scripts/visitor.ts'
import { apache, dovecot } from './daemons.ts'
import { build, isThere, runIn } from './languages.ts'
import { consent, walk } from './person.ts'

/**
 * Recipes of docs/recipes whose program is not a package of npm: as written, except for ports. What this machine lacks is
 * skipped, with the reason. test/e2e/recipes.test.ts runs the others.
 */

const project = new DevProject()
let person: Visitor

before(async () => {
  assert.equal(project.run('createsuperuser', ['--username', 'ada', '--email', 'ada@example.com']).status, 0)
  await project.start()
  person = new Visitor(() => project.origin)
  await person.signIn('ada')
})
after(() => project.remove())

/** The snippets of a recipe under “Configure”, by their file, or else by their language. */
function snippetsOf(file: string, port: number): Readonly<Record<string, string>> {
  const text = readFileSync(path.join(root, 'docs/recipes', file), 'utf8')
  const here = text.replaceAll(/8010|4180/g, String(port)).replaceAll('http://localhost:8000', project.origin)
  const blocks = here.matchAll(/(?:`([\w./]+)`[^`\n]*:\n\n)?```(\w+)\n(.*?)^```$/gms)
  return Object.fromEntries([...blocks].map(([, name, language = '', body = '']) => [name ?? language, body]))
}

interface Place {
  readonly folder: string
  readonly port: number
  readonly snippets: Readonly<Record<string, string>>
  /** Starts a program, and waits until it answers on the port. It ends with the test. */
  start(command: string, args: readonly string[], application?: Application): Promise<void>
}

async function prepare(t: TestContext, file: string): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-recipe-'))
  // Daemons that change their user must get there.
  chmodSync(folder, 0o755)
  let child: ChildProcess | undefined
  t.after(async () => {
    if (child?.exitCode === null && child.kill()) await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const port = await freePort()
  return {
    folder,
    port,
    snippets: snippetsOf(file, port),
    async start(command, args, application) {
      const started = spawn(command, args, {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          CLIENT_ID: application?.id,
          CLIENT_SECRET: application?.secret,
          SESSION_SECRET: 'only for this test, and long enough',
        },
      })
      child = started
      let said = ''
      for (const stream of [started.stdout, started.stderr]) stream.on('data', (data) => (said += data))
      for (let tries = 0; tries < 600; tries += 1) {
        const answers = await fetch(`http://127.0.0.1:${port}`).then(
          () => true,
          // Not everything speaks HTTP.
          (error: unknown) => error instanceof Error && !/ECONNREFUSED/.test(String(error.cause)),
        )
        if (answers) return
        assert.equal(started.exitCode, null, said)
        await sleep(100)
      }
      assert.fail(`It does not answer: ${said}`)
    },
  }
}

/** Maven, in the folder of a recipe. */
async function pack({ folder, snippets }: Place): Promise<void> {
  for (const [name, text] of Object.entries(snippets)) {
    if (!/[./]/.test(name)) continue
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  await runIn(folder, 'mvn', ['-q', '-B', 'package'])
}

async function registerApi(fields: Readonly<Record<string, string>>): Promise<void> {
  const saved = await person.submit(await person.request('/admin/apis/new'), { name: 'Recipe', ...fields })
  assert.equal(saved.status, 303, await saved.text())
}

/** A machine's token for an API. */
async function machineToken(resource: string): Promise<string> {
  const caller = new Caller(() => project.origin, await person.register('', 'client-credentials'))
  const answer = await caller.post('token', { grant_type: 'client_credentials', resource })
  return (await tokensOf(answer)).access_token
}

/** A person's token for an API. */
async function personToken(resource: string): Promise<string> {
  const application = await person.register('http://localhost:1/callback')
  const verifier = 'v'.repeat(43)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: application.id,
    redirect_uri: application.redirectUri,
    resource,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const callback = await consent(person, `${project.origin}/o/authorize?${query}`)
  const code = new URL(callback).searchParams.get('code') ?? ''
  const caller = new Caller(() => project.origin, application)
  return (await tokensOf(await caller.redeem({ code, verifier }))).access_token
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

interface Run {
  readonly needs: readonly string[]
  run(place: Place): Promise<void>
}

const apacheNeeds = (module: string) => ['apache2', `/usr/lib/apache2/modules/${module}.so`]

const recipes: Readonly<Record<string, Run>> = {
  'spring-boot.md': {
    needs: ['java', 'mvn'],
    async run(place) {
      await pack(place)
      const at = `http://localhost:${place.port}`
      const application = await person.register(`${at}/login/oauth2/code/latchkey`)
      await place.start('java', ['-jar', 'target/app-1.jar'], application)
      assert.equal((await walk(person, project.origin, `${at}/`)).text, 'Signed in as ada')
    },
  },
  'spring-resource-server.md': {
    needs: ['java', 'mvn'],
    async run(place) {
      await pack(place)
      const at = `http://localhost:${place.port}`
      await registerApi({
        identifier: at,
        access_token_typ: 'JWT',
        access_token_signed_response_alg: 'RS256',
      })
      const token = await machineToken(at)
      await place.start('java', ['-jar', 'target/app-1.jar'])
      assert.match(await (await fetch(at, bearer(token))).text(), /^Hello [\w-]{16,22}$/)
      assert.equal((await fetch(at)).status, 401)
      assert.equal((await fetch(at, bearer(await machineToken(project.origin)))).status, 401)
    },
  },
  'oauth2-proxy.md': {
    needs: ['oauth2-proxy', 'openssl'],
    async run(place) {
      const at = `http://localhost:${place.port}`
      // It wants a confirmed address.
      const database = ['d1', 'execute', 'DB', '--local', '--command']
      const cli = path.join(root, 'node_modules/wrangler/bin/wrangler.js')
      const sql = 'UPDATE users SET email_verified_at = created_at'
      await runIn(project.folder, process.execPath, [cli, ...database, sql])
      const application = await person.register(`${at}/oauth2/callback`)
      await place.start('sh', ['-c', `exec ${place.snippets.sh}`], application)
      assert.equal((await walk(person, project.origin, `${at}/oauth2/start?rd=/`)).text, 'Authenticated')
    },
  },
  'mod-auth-openidc.md': {
    needs: apacheNeeds('mod_auth_openidc'),
    async run(place) {
      const application = await person.register(`http://localhost:${place.port}/callback`)
      const said = '<Location />\n  Header set X-User "expr=%{REMOTE_USER}"\n</Location>'
      const snippet = `${place.snippets.apache}\n${said}`
      await place.start('apache2', apache(place.folder, place.port, 'auth_openidc', snippet), application)
      const { status, headers } = await walk(person, project.origin, `http://localhost:${place.port}/`)
      assert.deepEqual([status, headers['x-user']], [200, 'ada'])
    },
  },
  'mod-oauth2.md': {
    needs: apacheNeeds('mod_oauth2'),
    async run(place) {
      const at = `http://localhost:${place.port}`
      await registerApi({ identifier: at })
      await place.start('apache2', apache(place.folder, place.port, 'oauth2', place.snippets.apache ?? ''))
      const statuses = [await machineToken(at), await machineToken(project.origin), 'nonsense'].map(
        async (token) => (await fetch(`${at}/api/`, bearer(token))).status,
      )
      assert.deepEqual(await Promise.all(statuses), [200, 401, 401])
      assert.equal((await fetch(`${at}/api/`)).status, 401)
    },
  },
  'dovecot.md': {
    needs: ['dovecot', 'curl'],
    async run(place) {
      const server = await person.register('', 'client-credentials')
      await registerApi({ identifier: 'https://mail.example', introspectors: server.id })
      const token = await personToken('https://mail.example')
      const snippet = (place.snippets.ini ?? '')
        .replace('localhost:8000', new URL(project.origin).host)
        .replace('CLIENT_ID', server.id)
        .replace('CLIENT_SECRET', server.secret)
      await place.start('dovecot', dovecot(place.folder, place.port, snippet))
      const mailboxes = (user: string, bearer: string) =>
        spawnSync(
          'curl',
          ['-s', '--url', `imap://localhost:${place.port}`, '--user', user, '--oauth2-bearer', bearer],
          {
            encoding: 'utf8',
          },
        )
      assert.match(mailboxes('ada', token).stdout, /INBOX/)
      assert.equal(mailboxes('eve', token).status, 67)
      assert.equal(mailboxes('ada', 'nonsense').status, 67)
    },
  },
  'fastmcp.md': {
    needs: ['python3'],
    async run(place) {
      const { folder } = await build('python')
      const url = `http://localhost:${place.port}/mcp`
      await registerApi({ identifier: url, access_token_signed_response_alg: 'RS256' })
      const token = await machineToken(url)
      writeFileSync(path.join(place.folder, 'app.py'), place.snippets.python ?? '')
      await place.start(path.join(folder, 'venv/bin/python'), ['app.py'])
      assert.equal((await fetch(url, { method: 'POST' })).status, 401)
      const client = new Client({ name: 'host', version: '1.0.0' })
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: bearer(token) }))
      const { content } = await client.callTool({ name: 'hello' })
      await client.close()
      assert.match(JSON.stringify(content), /"text":"Hello"/)
    },
  },
}

/** Recipes that can't be run by this test anywhere, and why. */
const elsewhere = {
  'dex.md': 'the Go module proxy serves no version that compiles',
  'git-credential-oauth.md':
    'the Go module proxy does not serve it, and that of Debian 12 sends no valid verifier',
  'kubelogin.md': 'the Go module proxy serves neither it nor its libraries',
  'lua-resty-openidc.md': 'it is only on LuaRocks',
  'oauth2c.md': 'the Go module proxy does not serve it',
}

describe('a recipe', () => {
  for (const [file, skip] of Object.entries(elsewhere)) it(file, { skip })
  for (const [file, { needs, run }] of Object.entries(recipes)) {
    const missing = needs.filter((need) => (need.startsWith('/') ? !existsSync(need) : !isThere(need)))
    const skip = missing.length === 0 ? false : `not on this machine: ${missing.join(', ')}`
    it(file, { skip, timeout: 300_000 }, async (t) => run(await prepare(t, file)))
  }
})
