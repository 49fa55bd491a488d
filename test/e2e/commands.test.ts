import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { root } from '../../scripts/project.ts'
import { Visitor } from '../scripts/visitor.ts'
import { codeChallenge, codeVerifier } from './code.ts'
import { freePort } from './elsewhere.ts'
import { startExample } from './example.ts'
import { startWorld } from './world.ts'

/**
 * The commands and snippets of README.md, docs/protect-an-api.md and the package, exactly as written there, with other
 * addresses.
 */

const world = await startWorld()
await world.addUser('ada', 'administrator')
const ada = new Visitor(() => world.origin)
await ada.signIn('ada')

type Settings = Readonly<Record<string, string>>

/** Blocks in this language between the heading and the next one of the same rank. */
function blocksOf(file: string, heading: string, language: string): readonly string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const rank = /^#+/.exec(heading)?.[0] ?? ''
  const start = `\n${text}`.indexOf(`\n${heading}\n`)
  assert.ok(start >= 0, `${file} has no “${heading}”`)
  const [section = ''] = text
    .slice(start + heading.length + 1)
    .split(new RegExp(`^#{1,${rank.length}} `, 'm'))
  return [...section.matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)]
    .filter(([, , name]) => name === language)
    .map(([, indent = '', , block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

/** The blocks that a test of this file has run. */
const ran = new Set<string>()

/** The output of a shell, with other servers at the well-known ports. */
async function run(command: string, ports: Settings, settings: Settings): Promise<string> {
  ran.add(command)
  const env = { ...process.env, ...settings }
  return (await promisify(execFile)('bash', ['-euc', moved(command, ports)], { env })).stdout
}

const moved = (text: string, ports: Settings) =>
  Object.entries(ports).reduce((moved, [from, to]) => moved.replaceAll(from, to), text)

/** The block that contains this. */
function only(blocks: readonly string[], part: string): string {
  const found = blocks.filter((block) => block.includes(part))
  assert.equal(found.length, 1, `${found.length} blocks hold ${part}`)
  return found[0] ?? ''
}

const server = 'localhost:8000'
const host = (address: string) => new URL(address).host

describe('README.md', () => {
  const part1 = blocksOf('README.md', '## Make a provider in a minute', 'sh')
  const part2 = blocksOf('README.md', '## Part 2: protect an API', 'sh')

  it('gets from a code to an answer of the API, command by command', async () => {
    const redirectUri = 'http://localhost:8001/playground/callback'
    const { id: CLIENT_ID, secret: CLIENT_SECRET } = await ada.register(redirectUri)
    const request = new URLSearchParams({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: redirectUri,
      scope: 'read write',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    })
    const consent = await ada.request(`/o/authorize?${request}`)
    const answer = await ada.submit(consent, { decision: 'authorize' })
    const CODE = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const ports = { [server]: host(world.origin) }
    const application = { CLIENT_ID, CLIENT_SECRET }

    const exchanged = JSON.parse(
      await run(only(part1, 'grant_type=authorization_code'), ports, {
        CODE,
        CODE_VERIFIER: codeVerifier,
        ...application,
      }),
    )
    assert.equal(exchanged.scope, 'read write')
    const refresh = { REFRESH_TOKEN: exchanged.refresh_token, ...application }
    const { access_token: ACCESS_TOKEN } = JSON.parse(
      await run(only(part1, 'grant_type=refresh_token'), ports, refresh),
    )
    assert.notEqual(ACCESS_TOKEN, exchanged.access_token)

    assert.equal(only(part2, 'npm run'), 'npm run example:api\n')
    const api = await startExample('api', { ISSUER: world.origin, PORT: '0' })
    const both = { ...ports, 'localhost:8002': host(api) }
    const [refused, ...calls] = part2.filter((block) => block.startsWith('curl'))
    const shown = blocksOf('README.md', '## Part 2: protect an API', '')[0] ?? ''
    const said = (await run(refused ?? '', both, {})).toLowerCase()
    for (const line of moved(shown, both).trim().toLowerCase().split('\n'))
      assert.ok(said.includes(line), line)
    assert.equal(calls.length, 1)
    const called = JSON.parse(await run(calls[0] ?? '', both, { ACCESS_TOKEN }))
    assert.deepEqual(called.scopes, ['read', 'write'])
    const [example = ''] = blocksOf('README.md', '## Part 2: protect an API', 'json')
    assert.deepEqual(Object.keys(called), Object.keys(JSON.parse(example)))
    assert.equal(part2.length, 3)

    const [listener = ''] = blocksOf('README.md', '## Part 2: protect an API', 'ts')
    const hello = await listening(listener, ports)
    assert.equal((await fetch(hello)).status, 401)
    const headers = { authorization: `Bearer ${ACCESS_TOKEN}` }
    assert.equal(await (await fetch(hello, { headers })).text(), `Hello ${called.hello}`)
  })
})

describe('docs/protect-an-api.md', () => {
  const file = 'docs/protect-an-api.md'

  it('gives an API a name of its own, and calls it', async () => {
    const port = await freePort()
    const ports = { [server]: host(world.origin), 'localhost:8002': `localhost:${port}` }
    const identifier = `http://localhost:${port}/api/hello`
    const added = await ada.submit(await ada.request('/admin/apis/new'), {
      identifier,
      name: 'Hello API',
      access_token_lifetime: '',
      scopes: '',
      restricted_scopes: '',
      introspectors: '',
    })
    assert.equal(added.status, 303, await added.text())
    const { id, secret } = await ada.register('', 'client-credentials')
    const application = { CLIENT_ID: id, CLIENT_SECRET: secret }

    const commands = blocksOf(file, '## A name of its own', 'sh')
    assert.equal(commands.length, 4)
    const [, AUDIENCE = ''] = /^AUDIENCE=(\S+) npm run example:api$/m.exec(only(commands, 'npm run')) ?? []
    assert.equal(moved(AUDIENCE, ports), identifier)
    await startExample('api', { ISSUER: world.origin, AUDIENCE: identifier, PORT: `${port}` })

    const { access_token } = JSON.parse(await run(only(commands, '/o/token'), ports, application))
    const call = only(commands, '$ACCESS_TOKEN')
    assert.equal(JSON.parse(await run(call, ports, { ACCESS_TOKEN: access_token })).client, id)
    const metadata = JSON.parse(await run(only(commands, '/.well-known/'), ports, {}))
    assert.deepEqual([metadata.resource, metadata.authorization_servers], [identifier, [world.origin]])

    const bearer = { authorization: `Bearer ${access_token}` }
    const [listener = '', ...modules] = blocksOf(file, '## In five lines', 'ts')
    assert.equal(modules.length, 2)
    const hello = await listening(listener, ports)
    assert.equal(await (await fetch(hello, { headers: bearer })).text(), `Hello ${id}`)
    const [readme = ''] = blocksOf('packages/protect/README.md', '# @latchkey/protect', 'ts')
    const elsewhere = { 'https://id.example.com': world.origin, 'https://api.example.com': identifier }
    for (const text of [...modules, readme]) ran.add(text)
    for (const text of [...modules, moved(readme, elsewhere)]) {
      const { fetch } = await imported(moved(text, ports))
      assert.equal((await fetch(new Request(identifier))).status, 401)
      assert.equal(await (await fetch(new Request(identifier, { headers: bearer }))).text(), `Hello ${id}`)
    }

    const [bound = ''] = blocksOf('packages/protect/README.md', '## Bound tokens', 'ts')
    ran.add(bound)
    const careful = await listening(moved(bound, elsewhere), ports)
    assert.equal(await (await fetch(careful, { headers: bearer })).text(), `Hello ${id}`)
    assert.match((await fetch(careful)).headers.get('www-authenticate') ?? '', /, DPoP algs="/)

    // The reverse: a token for no particular API is not accepted by this one.
    const general = JSON.parse(
      await run(only(commands, '/o/token').replace(/ \\\n +-d resource=.*/, ''), ports, application),
    )
    assert.equal(
      JSON.parse(await run(call, ports, { ACCESS_TOKEN: general.access_token })).error,
      'invalid_token',
    )
  })
})

describe('docs/tutorial.md', () => {
  const file = 'docs/tutorial.md'

  it('knows who is calling, revokes, and signs in on a device', async () => {
    const ports = { [server]: host(world.origin) }
    const registered = await ada.register('http://localhost:8001/playground/callback')
    const application = { CLIENT_ID: registered.id, CLIENT_SECRET: registered.secret }
    const request = new URLSearchParams({
      response_type: 'code',
      client_id: registered.id,
      redirect_uri: registered.redirectUri,
      scope: 'openid profile read',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    })
    const consent = await ada.request(`/o/authorize?${request}`)
    const answer = await ada.submit(consent, { decision: 'authorize' })
    const CODE = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const exchange = only(
      blocksOf('README.md', '## Make a provider in a minute', 'sh'),
      'grant_type=authorization_code',
    )
    const tokens = JSON.parse(
      await run(exchange, ports, { CODE, CODE_VERIFIER: codeVerifier, ...application }),
    )
    const settings = {
      ACCESS_TOKEN: tokens.access_token,
      REFRESH_TOKEN: tokens.refresh_token,
      ...application,
    }

    const part3 = blocksOf(file, '## Part 3: know who is calling', 'sh')
    const known = JSON.parse(await run(only(part3, 'userinfo'), ports, settings))
    assert.equal(known.preferred_username, 'ada')
    const introspected = () =>
      run(only(part3, 'introspect'), ports, settings).then((text) => JSON.parse(text))
    assert.equal((await introspected()).sub, known.sub)
    const [revocation = ''] = blocksOf(file, '## Part 4: revoke a token', 'sh')
    assert.match(await run(revocation, ports, settings), /^HTTP\/1\.1 200/)
    assert.deepEqual(await introspected(), { active: false })

    const part6 = blocksOf(file, '## Part 6: sign in on a device', 'sh')
    const { id: DEVICE_CLIENT_ID } = await ada.register('', 'device-code', 'public')
    const device = JSON.parse(await run(only(part6, '/o/device-authorization'), ports, { DEVICE_CLIENT_ID }))
    const waiting = { DEVICE_CLIENT_ID, DEVICE_CODE: device.device_code }
    const polled = JSON.parse(await run(only(part6, '/o/token'), ports, waiting))
    assert.equal(polled.error, 'authorization_pending')
  })
})

/**
 * Where a command of `npm run` is run, if not here. Each of these files names the script. `bench` and `screenshots` take minutes: their
 * parts are tested.
 */
const testsOf: Readonly<Record<string, string>> = {
  start: 'test/scripts/start.test.ts',
  createsuperuser: 'test/scripts/start.test.ts',
  playground: 'test/e2e/elsewhere.ts',
  import: 'test/scripts/import.test.ts',
  deploy: 'test/scripts/deploy.test.ts',
  backup: 'test/scripts/remote-backup.test.ts',
  restore: 'test/scripts/remote-backup.test.ts',
  'end-everything': 'test/scripts/remote-backup.test.ts',
  doctor: 'test/scripts/doctor.test.ts',
  'audit:archive': 'test/scripts/audit-archive.test.ts',
  'audit:verify': 'test/scripts/audit-verify.test.ts',
  bench: 'test/scripts/bench.test.ts',
  'bench:profile': 'test/scripts/bench.test.ts',
  screenshots: 'test/e2e/screenshots.ts',
  release: 'test/scripts/command-line.test.ts',
}

/** Of other programs, those that run every test, and one that installs other servers first. */
const notRun = [
  /^git clone /,
  /^npm (test|run (format|bench:peers))$/,
  /^npx (vitest run|wrangler (login|d1 time-travel \w+)) ?/,
  /^node scripts\/test-browser\.ts /,
  /^(python manage\.py dumpdata|bin\/kc\.sh export) /,
]

/** Blocks that are programs, of one file. */
function programsOf(file: string): readonly string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  return [...text.matchAll(/^( *)```(?:sh|ts|js)\n(.*?)^ *```$/gms)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
}

/** Why nobody runs a line; undefined when somebody does. */
function unrun(line: string): string | undefined {
  // Settings in front, and what the line says of itself behind.
  const command = line
    .replace(/^(\w+=('[^']*'|\S+) )+/, '')
    .replace(/\s+#.*$/, '')
    .trim()
  if (notRun.some((pattern) => pattern.test(command))) return undefined
  const [, script, rest = ''] = /^npm (?:run )?([\w:-]+)(?: -- (.*))?$/.exec(command) ?? []
  if (script === undefined) return `${line}: no test of this file has run it`
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  )
  const started = /^node (\S+)/.exec(scripts[script] ?? '')?.[1]
  if (started === undefined) return `${line}: there is no script ${script}`
  const test = script.startsWith('example:') ? 'test/e2e/examples.test.ts' : testsOf[script]
  if (test === undefined) return `${line}: no test is named for ${script}`
  const [name = ''] = script.split(':').slice(-1)
  if (!readFileSync(path.join(root, test), 'utf8').includes(name)) return `${line}: ${test} does not name it`
  const sources = [started, ...globSync('{scripts,bench}/*options*.ts', { cwd: root })]
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('')
  const unknown = [...rest.matchAll(/--([\w-]+)/g)]
    .map(([, option = '']) => option)
    .find((option) => !new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(sources))
  return unknown === undefined ? undefined : `${line}: --${unknown} is no option of ${started}`
}

describe('the documentation', () => {
  it('contains no program that is not run', () => {
    const files = [
      'README.md',
      'CONTRIBUTING.md',
      'packages/protect/README.md',
      ...globSync('{docs,examples/*}/*.md', { cwd: root }),
    ]
    assert.ok(files.length > 20)
    const problems = files.flatMap((file) =>
      programsOf(file)
        .filter((block) => !ran.has(block))
        .flatMap((block) => block.replaceAll('\\\n', '').split('\n'))
        .filter((line) => line.trim() !== '')
        // The address of the example alone is another one.
        .filter((line) => !ran.has(`${line}\n`))
        .flatMap((line) => unrun(line) ?? [])
        .map((problem) => `${file}: ${problem}`),
    )
    assert.deepEqual(problems, [])
    assert.match(unrun('npm run import -- --fro csv') ?? '', /--fro is no option/)
    assert.match(unrun('npm run imports') ?? '', /no script/)
    assert.match(unrun('rm -rf /') ?? '', /no test/)
  })
})

/** A snippet that listens, in a process of its own. Returns its address. */
async function listening(snippet: string, ports: Settings): Promise<string> {
  ran.add(snippet)
  const [, port = ''] = /listen\((\d+)\)/.exec(snippet) ?? []
  const free = await freePort()
  const file = written(moved(snippet, { ...ports, [`listen(${port})`]: `listen(${free})` }))
  const child = spawn(process.execPath, [file], { cwd: root, stdio: 'inherit' })
  after(() => child.kill())
  const address = `http://localhost:${free}`
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      return address
    await sleep(100)
  }
  return assert.fail(`It does not listen: ${snippet}`)
}

async function imported(snippet: string): Promise<{ fetch(request: Request): Promise<Response> }> {
  return (await import(pathToFileURL(written(snippet)).href)).default
}

/** Inside the project, so that packages are found by their names. */
function written(snippet: string): string {
  const folder = path.join(root, 'dist/snippets')
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${randomBytes(8).toString('hex')}.ts`)
  writeFileSync(file, snippet)
  after(() => rmSync(file, { force: true }))
  return file
}
