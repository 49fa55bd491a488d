import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after } from 'node:test'

/** Other origins, which are not ours. */

/** An origin with an empty page at every path. Ports of one host count as one: another origin needs another host. */
export async function startOrigin(host = 'localhost'): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(
      '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Elsewhere</title><p>Elsewhere',
    )
  })
  const port = await listen(server)
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://${host}:${port}`
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/**
 * An unused port, for a process that listens later. Not one of those that the system chooses itself, from 32768 on: until then it
 * could give it to a server or a connection of another test.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const probe = createServer().listen(port, '127.0.0.1')
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}

/** `npm run playground`, at a port of its own. Returns its origin. */
export async function startPlayground(issuer: string): Promise<string> {
  const port = await freePort()
  const script = path.join(import.meta.dirname, '../../scripts/playground.ts')
  const child = spawn(process.execPath, [script, '--port', `${port}`, '--issuer', issuer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  after(() => child.kill())
  const started = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'exit').then(() => false),
  ])
  if (!started) throw new Error('npm run playground ended at once, for the reason above')
  return `http://localhost:${port}`
}

interface Api {
  readonly origin: string
  /** Method, path and credentials of each request but the preflights. */
  readonly calls: string[]
  /** The origin whose pages may read the answers. */
  allowed: string
  /** Status, and `WWW-Authenticate`. */
  answer: readonly [status: number, challenge?: string]
  stop(): Promise<void>
}

/** An API at an origin of its own, which answers as it is told. */
export async function startApi(): Promise<Api> {
  const server = createServer(({ method, url, headers }, response): void => {
    const [status, challenge] = api.answer
    response.setHeader('access-control-allow-origin', api.allowed)
    response.setHeader('access-control-allow-headers', 'Authorization')
    response.setHeader('access-control-expose-headers', 'WWW-Authenticate')
    if (method === 'OPTIONS') return void response.writeHead(204).end()
    api.calls.push(`${method} ${url} ${headers.authorization}`)
    if (challenge !== undefined) response.setHeader('www-authenticate', challenge)
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"notes":[]}')
  })
  const origin = `http://localhost:${await listen(server)}`
  const stop = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  const api: Api = { origin, calls: [], allowed: '', answer: [200], stop }
  after(() => server.closeAllConnections())
  after(() => server.close())
  return api
}
