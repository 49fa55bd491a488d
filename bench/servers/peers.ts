import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundleWorker } from '../../scripts/bundle.ts'
import { root } from '../../scripts/project.ts'
import type { Client, Service } from '../driver/lane.ts'
import { type Build, startWorker } from './workers.ts'

/** Another authorization server, with a wrapper in bench/peers. */
export interface Peer {
  readonly name: string
  /** The missing features, for people. */
  readonly lacks: readonly string[]
  readonly paths: Service['paths']
  readonly client: Partial<Client>
  /** For the client credentials grant; missing members are those of `client`. */
  readonly machine?: Partial<Client>
  readonly authorizeParameters?: Readonly<Record<string, string>>
}

export const peersFolder = path.join(root, 'bench/peers')

/** Versions of the measured packages. */
export function peerVersions(): string {
  const file: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(path.join(peersFolder, 'package.json'), 'utf8'),
  )
  const measured = [
    '@cloudflare/workers-oauth-provider',
    '@openauthjs/openauth',
    'better-auth',
    'oidc-provider',
  ]
  return measured.map((name) => `${name} ${file.dependencies[name]}`).join(', ')
}

const redirectUri = 'https://app.example/callback'
const wellKnown = '/.well-known/oauth-authorization-server'
const scope = 'openid profile offline_access'

export const peers: readonly Peer[] = [
  {
    name: 'workers-oauth-provider',
    lacks: [
      'OAuth alone: no ID token, no keys, no userinfo (the figure is a call to an API that it protects)',
      'no client credentials, no introspection',
      'KV alone, which has no compare-and-swap',
    ],
    paths: { authorize: '/authorize', token: '/token', userinfo: '/api', discovery: wellKnown },
    client: { scope: 'profile offline_access' },
  },
  {
    name: 'openauth',
    lacks: [
      'OAuth alone: no ID token, no userinfo (the figure is its check of a signature, without asking whether the token lives)',
      'no client authentication for codes and refresh tokens, no introspection',
      'KV alone, which has no compare-and-swap',
    ],
    paths: {
      authorize: '/authorize',
      token: '/token',
      userinfo: '/resource',
      discovery: wellKnown,
      jwks: '/.well-known/jwks.json',
    },
    client: { authentication: 'none', scope: 'profile' },
    machine: {
      id: 'machine',
      secret: 'only-for-measuring',
      authentication: 'post',
      parameters: { provider: 'session' },
    },
  },
  {
    name: 'better-auth',
    lacks: ['one signature for a flow: its access tokens are not JWTs'],
    paths: {
      authorize: '/api/auth/oauth2/authorize',
      token: '/api/auth/oauth2/token',
      introspect: '/api/auth/oauth2/introspect',
      userinfo: '/api/auth/oauth2/userinfo',
      discovery: '/api/auth/.well-known/openid-configuration',
      jwks: '/api/auth/jwks',
    },
    client: { scope },
    machine: { scope: 'read' },
  },
  {
    name: 'oidc-provider',
    lacks: [
      'one Node process with SQLite inside of it on one machine: no round trip anywhere, and nothing survives that machine',
      'one signature for a flow: its access tokens are not JWTs',
      'a code counts once because there is one process, not by its storage',
    ],
    paths: {
      authorize: '/auth',
      token: '/token',
      introspect: '/token/introspection',
      userinfo: '/me',
      discovery: '/.well-known/openid-configuration',
      jwks: '/jwks',
    },
    client: { scope },
    machine: { scope: 'read' },
    authorizeParameters: { login_hint: 'ada' },
  },
]

/** Undefined for the peer that is not a Worker. */
export async function buildPeer(
  { name }: Peer,
  folder: string,
  args: readonly string[] = [],
): Promise<Build | undefined> {
  if (name === 'oidc-provider') return undefined
  const config = path.join(peersFolder, name, 'wrangler.toml')
  return { config, bundle: await bundleWorker(config, folder, args) }
}

export interface RunningPeer {
  readonly service: Service
  stop(): Promise<unknown>
}

export async function startPeer(peer: Peer, build: Build | undefined): Promise<RunningPeer> {
  const worker = build === undefined ? await startNode(peer.name) : await startWorker(build)
  const { port, pid, stop } = worker
  const { id, secret }: Pick<Client, 'id' | 'secret'> = await (await askFor(port, '/client')).json()
  const client = { id, secret, redirectUri, scope: '', ...peer.client }
  let people = 0
  const service: Service = {
    name: peer.name,
    port,
    pid,
    paths: peer.paths,
    mayFail: true,
    client,
    ...(peer.machine === undefined ? {} : { machine: { ...client, ...peer.machine } }),
    ...(peer.authorizeParameters === undefined ? {} : { authorizeParameters: peer.authorizeParameters }),
    async signIn(lane) {
      people += 1
      await lane.browse(`/sign-in?user=person${people}`)
    },
  }
  return { service, stop }
}

async function startNode(name: string): Promise<{ port: number; pid: number; stop(): Promise<unknown> }> {
  const port = await freePort()
  const folder = mkdtempSync(path.join(tmpdir(), `latchkey-${name}-`))
  const args = [path.join(peersFolder, name, 'server.js'), String(port), path.join(folder, 'db.sqlite')]
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  process.once('exit', () => child.kill())
  if (child.pid === undefined) throw new Error(`${name} can't be started`)
  async function stop(): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  return { port, pid: child.pid, stop }
}

/** A server that was just started may not listen yet. */
async function askFor(port: number, where: string): Promise<Response> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      return await fetch(`http://127.0.0.1:${port}${where}`)
    } catch {
      await sleep(100)
    }
  }
  throw new Error(`Nothing answers at port ${port}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()))
    })
  })
}
