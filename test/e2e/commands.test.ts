import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { root } from '../../scripts/project.ts'
import { Visitor } from '../scripts/visitor.ts'
import { blocksOf, fences, only, programsOf } from './blocks.ts'
import { codeChallenge, codeVerifier } from './code.ts'
import { freePort } from './elsewhere.ts'
import { startExample } from './example.ts'
import { shown, unrun } from './unrun.ts'
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

/** The tokens after consent, in exchange for the code. */
async function granted(
  { id, secret, redirectUri }: { readonly id: string; readonly secret: string; readonly redirectUri: string },
  asked: Settings,
): Promise<Settings> {
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri: redirectUri,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...asked,
  })
  const answer = await ada.submit(await ada.request(`/o/authorize?${request}`), { decision: 'authorize' })
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    client_id: id,
    client_secret: secret,
  })
  const tokens = await fetch(`${world.origin}/o/token`, { method: 'POST', body })
  return JSON.parse(await tokens.text())
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
    const [shownAnswer = ''] = blocksOf('README.md', '## Make a provider in a minute', 'json')
    assert.deepEqual(Object.keys(exchanged), Object.keys(JSON.parse(shownAnswer)))
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

describe('docs/protect-an-api.md, between servers', () => {
  const file = 'docs/protect-an-api.md'
  const ports = { [server]: host(world.origin) }
  const stock = 'https://stock.example/api'
  const theirs = 'https://their-server.example'

  it('exchanges tokens, and takes and gives the word of another server', async () => {
    const { id, secret, redirectUri } = await ada.register('https://shop.example/callback')
    const orders = 'https://orders.example/api'
    const apis = { access_token_lifetime: '', scopes: '', restricted_scopes: '' }
    const rows = [
      { identifier: orders, name: 'Orders', ...apis, introspectors: id, exchangers: '' },
      { identifier: stock, name: 'Stock', ...apis, introspectors: '', exchangers: id },
    ]
    for (const row of rows)
      assert.equal((await ada.submit(await ada.request('/admin/apis/new'), row)).status, 303)

    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const keys = createServer(async (_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256' }] }))
    }).listen(0, '127.0.0.1')
    await once(keys, 'listening')
    after(() => keys.close())
    const address = keys.address()
    assert.ok(typeof address === 'object' && address !== null)
    const added = await ada.submit(await ada.request('/admin/servers/new'), {
      issuer: theirs,
      name: 'Theirs',
      jwks_uri: `http://127.0.0.1:${address.port}/keys`,
      audience: '',
      user_field: 'username',
      accepted: id,
      asserted: `${id} shop-there`,
      assertion_scope: 'chat:read',
    })
    assert.equal(added.status, 303, await added.text())

    const application = { CLIENT_ID: id, CLIENT_SECRET: secret }
    const tokens = await granted({ id, secret, redirectUri }, { scope: 'openid read', resource: orders })
    const claimsOf = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const answerTo = async (command: string, settings: Settings) =>
      JSON.parse(await run(command, ports, { ...application, ...settings }))

    const [exchange = ''] = blocksOf(file, '## An API that calls another API', 'sh')
    const exchanged = await answerTo(exchange, { ACCESS_TOKEN: tokens.access_token ?? '' })
    assert.deepEqual([claimsOf(exchanged.access_token).aud, exchanged.scope], [stock, 'openid read'])

    const [jwtBearer = '', assertion = ''] = blocksOf(file, '## Access on the word of another server', 'sh')
    const ASSERTION = await new SignJWT({ preferred_username: 'ada', jti: 'once' })
      .setProtectedHeader({ alg: 'ES256', kid: 'a', typ: 'JWT' })
      .setIssuer(theirs)
      .setSubject('ada-there')
      .setAudience(world.origin)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
    assert.equal((await answerTo(jwtBearer, { ASSERTION })).scope, 'read')
    const given = await answerTo(assertion, { ID_TOKEN: tokens.id_token ?? '' })
    assert.equal(given.token_type, 'N_A')
    assert.equal(claimsOf(given.access_token).aud, theirs)
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

describe('the documentation', () => {
  const files = [
    ...globSync('*.md', { cwd: root }),
    ...globSync('{docs,docs/recipes,examples,examples/*,packages/*,findings}/*.md', { cwd: root }),
    // The programs of recipes are run by recipes.test.ts.
  ].filter((file) => !/^docs\/recipes\/(?!README)/.test(file))

  it('contains no other block than those that are kept true', () => {
    const found = files.flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(fences)]
        .filter(([, , language = '']) => !['sh', 'ts', 'js'].includes(language))
        .map(([, , language = '', block = '']) => [file, language, block] as const),
    )
    for (const [file, language, block] of found)
      assert.ok(
        shown[file]?.some(([of, part]) => of === language && block.includes(part)),
        `${file}: ${block}`,
      )
    assert.equal(found.length, Object.values(shown).flat().length)
  })

  it('shows what the first start prints, and the files as they are', () => {
    const blocks = blocksOf('README.md', '# Latchkey', '')
    const printed = readFileSync(path.join(root, 'scripts/server/first-run.ts'), 'utf8')
    const labels = only(blocks, 'Latchkey is at')
      .split('\n')
      .map((line) => line.replace(/http.*$/, '').trim())
      .filter((line) => line !== '')
    assert.equal(labels.length, 5)
    for (const label of labels) assert.ok(printed.includes(`  ${label}`), label)

    const [tree = ''] = blocksOf('README.md', '## How the code is laid out', '')
    let parent = ''
    for (const [, indent = '', name = ''] of tree.matchAll(/^( *)(\S+)/gm)) {
      const entry = indent === '' ? name : `${parent}${name}`
      if (indent === '') parent = name
      assert.ok(existsSync(path.join(root, entry)), `There is no ${entry}`)
    }
  })

  it('links only to files and headings that exist', () => {
    const all = [...files, ...globSync('docs/recipes/*.md', { cwd: root })]
    const read = (file: string) => readFileSync(path.join(root, file), 'utf8').replaceAll(fences, '')
    const slug = (heading: string) =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-')
    const problems = all.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(
        ([link, to = '', heading]) => {
          const target = to === '' ? file : path.join(path.dirname(file), to)
          if (!existsSync(path.join(root, target))) return [`${file}: ${link}`]
          if (heading === undefined) return []
          const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => slug(text))
          return headings.includes(heading) ? [] : [`${file}: ${link}`]
        },
      ),
    )
    assert.deepEqual(problems, [])
  })

  it('contains no program that is not run', () => {
    assert.ok(files.length > 25)
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
  for (let tries = 0; tries < 1200; tries += 1) {
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
