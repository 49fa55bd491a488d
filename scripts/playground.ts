// `npm run playground`: the server's playground page on another origin, so that its token request is cross-origin, like that of
// any single-page application. Only the page is served here: it calls the server itself.
import { readdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { fail, failUsage } from './failure.ts'
import { defaultPort, root } from './project.ts'
import { problemOfPort } from './server/options.ts'
import { isPortFree } from './server/port.ts'
import { findServer } from './server/running.ts'

const { port, ...options } = readOptions()
const issuer = options.issuer ?? (await findServer(undefined)) ?? `http://localhost:${defaultPort()}`
const paths = new Set(['/playground', '/playground/callback', ...staticPaths()])
const passedOn = ['content-type', 'content-security-policy', 'referrer-policy', 'x-content-type-options']

if (!(await isPortFree(port))) {
  fail(
    `Port ${port} is in use. Stop what runs there, or choose another port: npm run playground -- --port 8002`,
  )
}
try {
  await fetch(`${issuer}/playground`, { method: 'HEAD' })
} catch {
  fail(
    `${issuer} does not answer: start the server first (npm start), or name its issuer: npm run playground -- --issuer …`,
  )
}
createServer((request, response) => void answer(request, response)).listen(port, '127.0.0.1', () => {
  console.log(`\n  Playground   http://localhost:${port}/playground\n  Server       ${issuer}\n`)
})

function readOptions() {
  const option = { type: 'string' } as const
  try {
    const { values } = parseArgs({ options: { port: option, issuer: option } })
    const issuer = values.issuer === undefined ? undefined : new URL(values.issuer).origin
    const problem = problemOfPort(values.port ?? '8001')
    if (problem !== undefined) fail(problem)
    return { port: Number(values.port ?? 8001), issuer }
  } catch (error) {
    return failUsage(error, 'npm run playground -- --port 8001 --issuer http://localhost:8000')
  }
}

/** Paths of the files in public/; a name with an underscore is for the server itself. */
function staticPaths(): readonly string[] {
  const folder = path.join(root, 'public')
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('_'))
    .map(
      (entry) =>
        `/${path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/')}`,
    )
}

async function answer(
  { method = '', url = '', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The query is dropped: on the way back it contains a code, which the page reads by script.
  const { pathname } = new URL(url, 'http://localhost')
  if (pathname === '/') return end(response, 302, { location: '/playground' })
  if (!paths.has(pathname)) return end(response, 404, {}, 'Only the playground is served here.\n')
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405, { allow: 'GET, HEAD' })
  try {
    const language = { 'accept-language': headers['accept-language'] ?? 'en' }
    const page = await fetch(issuer + pathname, { method, redirect: 'manual', headers: language })
    const passed = passedOn.flatMap((name) => {
      const value = page.headers.get(name)
      return value === null ? [] : [[name, value] as const]
    })
    end(response, page.status, Object.fromEntries(passed), Buffer.from(await page.arrayBuffer()))
  } catch {
    end(response, 502, {}, `${issuer} does not answer. Is the server running?\n`)
  }
}

function end(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer = '',
): void {
  const type = typeof body === 'string' && body !== '' ? { 'content-type': 'text/plain; charset=utf-8' } : {}
  response.writeHead(status, { 'cache-control': 'no-store', ...type, ...headers }).end(body)
}
