// `npm run example:server`: a server that signs people in, and calls an API for them. The tokens never leave it.
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as client from 'openid-client'

const { ISSUER = 'http://localhost:8000', API = 'http://localhost:8002/api/hello' } = process.env
const { PORT = '8004', CLIENT_ID, CLIENT_SECRET } = process.env
if (!CLIENT_ID || !CLIENT_SECRET) {
  console.error('CLIENT_ID and CLIENT_SECRET are missing: see examples/server-application/README.md')
  process.exit(1)
}

const origin = `http://localhost:${PORT}`
// openid-client refuses http, even on this machine, unless it is allowed explicitly.
const options = ISSUER.startsWith('http://localhost') ? { execute: [client.allowInsecureRequests] } : {}
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, options)

/** A pending sign-in, or a signed-in person. A real application stores these in its database. */
type Session =
  | { readonly pkceCodeVerifier: string; readonly expectedState: string; readonly expectedNonce: string }
  | { readonly name: string; readonly accessToken: string; readonly idToken: string }
const sessions = new Map<string, Session>()

const sessionId = (request: IncomingMessage) =>
  /(?:^|; )session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''

/** Under a new id each time: an id that an attacker planted before the sign-in is useless after it. */
function keep(request: IncomingMessage, response: ServerResponse, session: Session): void {
  const id = randomBytes(32).toString('base64url')
  sessions.delete(sessionId(request))
  sessions.set(id, session)
  // Add `Secure` where the application has https.
  response.setHeader('set-cookie', `session=${id}; HttpOnly; SameSite=Lax; Path=/`)
}

async function login(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
  keep(request, response, { pkceCodeVerifier, expectedState, expectedNonce })
  const to = client.buildAuthorizationUrl(config, {
    redirect_uri: `${origin}/callback`,
    scope: 'openid profile read',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  })
  response.writeHead(303, { location: to.href }).end()
}

async function callback(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const session = sessions.get(sessionId(request))
  if (session === undefined || !('expectedState' in session))
    return page(response, 400, '<p>Start again: <a href="/">home</a>')
  const tokens = await client.authorizationCodeGrant(config, new URL(request.url ?? '', origin), session)
  const name = String(
    (await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')).preferred_username,
  )
  keep(request, response, { name, accessToken: tokens.access_token, idToken: tokens.id_token ?? '' })
  response.writeHead(303, { location: '/' }).end()
}

async function home(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const session = sessions.get(sessionId(request))
  if (session === undefined || !('name' in session))
    return page(response, 200, '<p><a href="/login">Sign in</a>')
  const answer = await fetch(API, { headers: { authorization: `Bearer ${session.accessToken}` } })
  const said = asHtml(`${answer.status} ${await answer.text()}`)
  page(
    response,
    200,
    `<p>Signed in as ${asHtml(session.name)}.<pre>${said}</pre><form method="post" action="/logout"><button>Sign out</button></form>`,
  )
}

/** Here, and at the server (OpenID Connect RP-Initiated Logout). */
async function logout(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const session = sessions.get(sessionId(request))
  sessions.delete(sessionId(request))
  const id_token_hint = session !== undefined && 'idToken' in session ? session.idToken : ''
  const to = client.buildEndSessionUrl(config, { id_token_hint, post_logout_redirect_uri: `${origin}/` })
  response.writeHead(303, { location: to.href }).end()
}

function page(response: ServerResponse, status: number, body: string): void {
  const start =
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Server application</title><link rel="icon" href="data:,">'
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
    .end(`${start}<h1>Server application</h1>${body}`)
}

/** The server's own words, if it refused, or if the person denied the request. */
function wordsOf(error: unknown): string {
  return error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError
    ? `${error.error}: ${error.error_description}`
    : String(error)
}

function asHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

const routes: Readonly<Record<string, typeof home>> = {
  'GET /': home,
  'GET /login': login,
  'GET /callback': callback,
  'POST /logout': logout,
}

createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', origin)
  const answer = routes[`${request.method} ${pathname}`]
  if (answer === undefined) return page(response, 404, '<p>Not here')
  answer(request, response).catch((error: unknown) => {
    page(response, 502, `<p>${asHtml(wordsOf(error))}<p><a href="/">Home</a>`)
  })
}).listen(Number(PORT), '127.0.0.1', () => {
  console.log(`\n  Server application   ${origin}\n`)
})
