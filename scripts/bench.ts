// `npm run bench`: what a request costs, counted in CPU time of the Worker's own process, beside the least that the runtime
// takes for an answer. Numbers for people to compare: no test depends on them.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createTestHarness } from 'wrangler'
import { defaultClientOpenid, defaultClientPolicy } from '../src/rules/clients/client.ts'
import { hashSecret, makeSecret, randomText } from '../src/secrets/secret.ts'
import { insertClient } from '../src/store/clients/clients.ts'
import { write } from '../src/store/database.ts'
import { insertUser } from '../src/store/people/users.ts'
import { putConsent } from '../src/store/requests/consents.ts'
import { insertSession } from '../src/store/sign-in/sessions.ts'
import { defaultLifetimes } from '../src/values/time.ts'
import { fail } from './failure.ts'
import { migrate } from './migrate.ts'
import { readMigrations } from './migrations.ts'
import { root } from './project.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 300)
const redirectUri = 'https://app.example/callback'
const verifier = randomText(32)
const challenge = createHash('sha256').update(verifier).digest('base64url')

const harness = createTestHarness({
  workers: [
    { configPath: path.join(root, 'wrangler.toml'), secrets: { KEY_ENCRYPTION_SECRET: randomText(32) } },
  ],
})
const { url } = await harness.listen()
// wrangler types its own Env; ours is what wrangler.toml binds.
const { DB } = (await harness.getWorker().getEnv()) as { DB: D1Database }
const client = await arrange(DB)

interface Measured {
  readonly name: string
  readonly request: () => Promise<Response>
}

let refreshToken = ''
let accessToken = ''
const form = (fields: Record<string, string>) => ({
  method: 'POST',
  body: new URLSearchParams({ client_id: client.id, ...fields }),
})
const at = (pathname: string, init?: RequestInit) =>
  fetch(new URL(pathname, url), { redirect: 'manual', ...init })

const codes: string[] = []
const measured: readonly Measured[] = [
  { name: 'floor: 404 of the Worker', request: () => at('/nothing') },
  { name: 'discovery', request: () => at('/.well-known/openid-configuration') },
  { name: 'JWKS', request: () => at('/.well-known/jwks.json') },
  { name: 'authorize, consent remembered', request: authorize },
  { name: 'token, code', request: redeem },
  { name: 'token, refresh', request: refresh },
  {
    name: 'userinfo',
    request: () => at('/o/userinfo', { headers: { Authorization: `Bearer ${accessToken}` } }),
  },
]

const pid = workerProcess()
console.log(`\n  ${rounds} requests each, one after the other\n`)
console.log('  request                          CPU ms   wall ms')
for (const { name, request } of measured) {
  for (let i = 0; i < 10; i++) await drain(await request())
  const cpu = cpuTime(pid)
  const started = performance.now()
  for (let i = 0; i < rounds; i++) await drain(await request())
  const wall = (performance.now() - started) / rounds
  const spent = (cpuTime(pid) - cpu) / rounds
  console.log(`  ${name.padEnd(32)} ${spent.toFixed(2).padStart(6)}   ${wall.toFixed(2).padStart(7)}`)
}
await harness.close()
console.log(`\n  Worker: ${bundleSize()}\n`)

async function authorize(): Promise<Response> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: redirectUri,
    scope: 'openid read',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const response = await at(`/o/authorize?${query}`, {
    headers: { Cookie: `__Host-session=${client.session}` },
  })
  const code = new URL(response.headers.get('Location') ?? url).searchParams.get('code')
  if (code === null) fail(`authorize answered ${response.status}`)
  codes.push(code)
  return response
}

async function redeem(): Promise<Response> {
  const code = codes.pop()
  if (code === undefined) fail('There are no codes left')
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  }
  return keep(await at('/o/token', form(fields)))
}

async function refresh(): Promise<Response> {
  return keep(await at('/o/token', form({ grant_type: 'refresh_token', refresh_token: refreshToken })))
}

async function keep(response: Response): Promise<Response> {
  // The token endpoint's own answer; a refusal has neither, and ends the run.
  const tokens = (await response.clone().json()) as { access_token?: string; refresh_token?: string }
  const { access_token, refresh_token } = tokens
  if (access_token === undefined || refresh_token === undefined)
    fail(`token answered ${JSON.stringify(tokens)}`)
  accessToken = access_token
  refreshToken = refresh_token
  return response
}

async function drain(response: Response): Promise<void> {
  await response.arrayBuffer()
}

/** One person, signed in, who allowed one public application. */
async function arrange(db: D1Database): Promise<{ readonly id: string; readonly session: string }> {
  await migrate(db, readMigrations())
  const now = Math.floor(Date.now() / 1000)
  const user = {
    id: randomText(16),
    username: 'bench',
    email: undefined,
    role: 'user',
    createdAt: now,
    passwordHash: '',
  } as const
  const id = randomText(16)
  const session = makeSecret('session')
  const scope = ['openid', 'read']
  await write(
    db,
    [
      insertUser(db, user),
      ...insertClient(db, {
        id,
        ownerId: user.id,
        name: 'Bench',
        type: 'public',
        grantType: 'authorization-code',
        furtherGrantTypes: [],
        redirectUris: [redirectUri],
        postLogoutRedirectUris: [],
        allowedOrigins: [],
        policy: defaultClientPolicy,
        openid: defaultClientOpenid,
        createdAt: now,
        updatedAt: now,
        suspendedAt: undefined,
        trust: 'unverified',
        lastUsedAt: undefined,
      }),
      insertSession(
        db,
        {
          id: hashSecret(session),
          userId: user.id,
          amr: ['pwd'],
          sid: randomText(16),
          earlier: undefined,
          userAgent: undefined,
          passwordHash: user.passwordHash,
        },
        defaultLifetimes,
        now,
      ),
      ...putConsent(
        db,
        user.id,
        id,
        { scope, redirectHost: 'app.example', clientName: 'Bench', trust: 'unverified' },
        scope,
        now,
      ),
    ],
    {},
  )
  return { id, session: session.plain }
}

/** As a deployment would upload it. */
function bundleSize(): string {
  const said = execFileSync('wrangler', ['deploy', '--dry-run', '--outdir', 'dist'], {
    cwd: root,
    encoding: 'utf8',
  })
  return /gzip: (.*)/.exec(said)?.[1] ?? 'unknown'
}

/** The workerd that this process started. */
function workerProcess(): number {
  const children = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    const fields = statOf(Number(name))
    return fields !== undefined && fields.command === 'workerd' && fields.parent === process.pid
  })
  const [first] = children
  if (first === undefined) fail('The benchmark reads /proc, so it runs on Linux alone.')
  return Number(first)
}

/** User and system time in milliseconds. */
function cpuTime(pid: number): number {
  return statOf(pid)?.cpu ?? 0
}

function statOf(
  pid: number,
): { readonly command: string; readonly parent: number; readonly cpu: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, command = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(text) ?? []
    const fields = rest.split(' ')
    // Clock ticks of 10 ms.
    return { command, parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) * 10 }
  } catch {
    return undefined
  }
}
