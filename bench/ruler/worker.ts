// The ruler: a Worker that does the same flows durably, with the minimum of D1 round trips and signatures. Secrets are stored
// as hashes, codes and refresh tokens are single use under a race, the ID token is RS256 and the access token ES256, as for an
// application with Latchkey's defaults. A changing request reads in one batch, checks in code, and lets one conditional
// statement decide. It is not a complete server: errors, CORS, logs, languages, revocation and replay detection are missing.
import { base64url, issue, random, readKeys, utf8, verify } from './tokens.ts'

interface Env {
  readonly DB: D1Database
}
type Row = Readonly<Record<string, string | number | null>>

const hash = async (text: string) => base64url(await crypto.subtle.digest('SHA-256', utf8.encode(text)))
const now = () => Math.floor(Date.now() / 1000)
const json = (body: unknown, status = 200) =>
  Response.json(body, { status, headers: { 'Cache-Control': 'no-store' } })
const refuse = (error: string, status = 400) => json({ error }, status)

async function read(db: D1Database, ...queries: readonly (readonly [sql: string, ...values: string[]])[]) {
  const answers = await db.batch<Row>(queries.map(([sql, ...values]) => db.prepare(sql).bind(...values)))
  return answers.map(({ results }) => results[0])
}
const client = 'SELECT secret_hash, redirect_uri FROM clients WHERE id = ?'
const authorization = 'SELECT * FROM authorizations WHERE id = ?'

async function authorize(url: URL, request: Request, db: D1Database): Promise<Response> {
  const q = (name: string) => url.searchParams.get(name) ?? ''
  const cookie = /session=([\w-]+)/.exec(request.headers.get('Cookie') ?? '')?.[1] ?? ''
  const session = `SELECT user_id, (SELECT scope FROM consents WHERE user_id = sessions.user_id AND client_id = ?) AS scope
    FROM sessions WHERE id_hash = ?`
  const [app, person] = await read(
    db,
    [client, q('client_id')],
    [session, q('client_id'), await hash(cookie)],
  )
  if (app?.redirect_uri !== q('redirect_uri') || q('code_challenge_method') !== 'S256')
    return refuse('invalid_request')
  if (person?.scope !== q('scope')) return refuse('login_required')
  const [id, secret] = [random(16), random(32)]
  const insert = 'INSERT INTO authorizations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)'
  const row = [
    id,
    q('client_id'),
    person.user_id,
    q('scope'),
    q('redirect_uri'),
    q('code_challenge'),
    q('nonce'),
  ]
  await db.batch([db.prepare(insert).bind(...row, await hash(secret), now() + 60)])
  const answer = new URLSearchParams({ code: `${id}.${secret}`, state: q('state'), iss: url.origin })
  return Response.redirect(`${q('redirect_uri')}?${answer}`, 302)
}

function credentials(request: Request): readonly string[] {
  return atob((request.headers.get('Authorization') ?? '').slice('Basic '.length)).split(':')
}

async function token(url: URL, request: Request, db: D1Database): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  const f = (name: string) => form.get(name) ?? ''
  const [clientId = '', password = ''] = credentials(request)
  const isRefresh = f('grant_type') === 'refresh_token'
  if (f('grant_type') === 'client_credentials') {
    const [app] = await read(db, [client, clientId])
    if (app?.secret_hash !== (await hash(password))) return refuse('invalid_client', 401)
    return json(await issue(url.origin, clientId, { sub: clientId, scope: f('scope') }, now()))
  }
  const [id = '', secret = ''] = f(isRefresh ? 'refresh_token' : 'code').split('.')
  const [app, grant] = await read(db, [client, clientId], [authorization, id])
  if (app?.secret_hash !== (await hash(password))) return refuse('invalid_client', 401)
  const isRight =
    grant?.client_id === clientId &&
    (isRefresh ||
      (grant.redirect_uri === f('redirect_uri') && grant.challenge === (await hash(f('code_verifier')))))
  if (!isRight) return refuse('invalid_grant')
  const successor = random(32)
  const claim = isRefresh
    ? 'UPDATE authorizations SET refresh_hash = ? WHERE id = ? AND refresh_hash = ? RETURNING id'
    : `UPDATE authorizations SET redeemed_at = ${now()}, refresh_hash = ?
       WHERE id = ? AND code_hash = ? AND redeemed_at IS NULL AND expires_at > ${now()} RETURNING id`
  const [won] = await read(db, [claim, await hash(successor), id, await hash(secret)])
  if (won === undefined) return refuse('invalid_grant')
  const about = {
    id,
    sub: String(grant.user_id),
    scope: String(grant.scope),
    nonce: isRefresh ? '' : String(grant.nonce),
  }
  return json({ ...(await issue(url.origin, clientId, about, now())), refresh_token: `${id}.${successor}` })
}

async function introspect(request: Request, db: D1Database): Promise<Response> {
  const [clientId = '', password = ''] = credentials(request)
  const claims = await verify(new URLSearchParams(await request.text()).get('token') ?? '', now())
  const [app, grant] = await read(db, [client, clientId], [authorization, String(claims?.grant)])
  if (app?.secret_hash !== (await hash(password))) return refuse('invalid_client', 401)
  return json(claims === undefined || grant === undefined ? { active: false } : { active: true, ...claims })
}

async function userinfo(request: Request, db: D1Database): Promise<Response> {
  const claims = await verify((request.headers.get('Authorization') ?? '').slice('Bearer '.length), now())
  const [grant] = claims === undefined ? [] : await read(db, [authorization, String(claims.grant)])
  return grant === undefined ? refuse('invalid_token', 401) : json({ sub: grant.user_id })
}

let discovery: string | undefined
function describe({ origin }: URL): string {
  discovery ??= JSON.stringify({
    issuer: origin,
    authorization_endpoint: `${origin}/o/authorize`,
    token_endpoint: `${origin}/o/token`,
    jwks_uri: `${origin}/.well-known/jwks.json`,
  })
  return discovery
}

const asJson = { headers: { 'Content-Type': 'application/json' } }

export default {
  async fetch(request, { DB }) {
    const url = new URL(request.url)
    if (url.pathname === '/o/authorize') return authorize(url, request, DB)
    if (url.pathname === '/o/token') return token(url, request, DB)
    if (url.pathname === '/o/introspect') return introspect(request, DB)
    if (url.pathname === '/o/userinfo') return userinfo(request, DB)
    if (url.pathname === '/.well-known/openid-configuration') return new Response(describe(url), asJson)
    if (url.pathname === '/.well-known/jwks.json') return new Response((await readKeys()).jwks, asJson)
    return refuse('not_found', 404)
  },
} satisfies ExportedHandler<Env>
