// oidc-provider on Node, with our adapter for SQLite, as durable as D1: `server.js PORT FILE`. The user in `login_hint` is
// signed in, and consent is given at once.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import Provider from 'oidc-provider'

const [port = '', file = ''] = process.argv.slice(2)
const redirectUri = 'https://app.example/callback'
const client = { id: 'app', secret: 'only-for-measuring-only-for-measuring-only' }

const db = new DatabaseSync(file)
db.exec(`PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE models (kind TEXT, id TEXT, payload TEXT NOT NULL, grant_id TEXT, uid TEXT, expires_at INTEGER,
    consumed_at INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
  CREATE INDEX models_by_grant ON models (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX models_by_uid ON models (uid) WHERE uid IS NOT NULL;`)
const put = db.prepare(`INSERT INTO models VALUES (?, ?, ?, ?, ?, ?, NULL)
  ON CONFLICT DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`)
const find = db.prepare('SELECT payload, expires_at, consumed_at FROM models WHERE kind = ? AND id = ?')
const findByUid = db.prepare('SELECT payload, expires_at, consumed_at FROM models WHERE uid = ? AND kind = ?')
const consume = db.prepare('UPDATE models SET consumed_at = ? WHERE kind = ? AND id = ?')
const destroy = db.prepare('DELETE FROM models WHERE kind = ? AND id = ?')
const revoke = db.prepare('DELETE FROM models WHERE grant_id = ?')
const now = () => Math.floor(Date.now() / 1000)

function payloadOf(row) {
  if (row === undefined || Number(row.expires_at ?? Number.POSITIVE_INFINITY) < now()) return undefined
  const payload = JSON.parse(String(row.payload))
  return row.consumed_at === null ? payload : { ...payload, consumed: Number(row.consumed_at) }
}

class SqliteAdapter {
  #kind
  constructor(kind) {
    this.#kind = kind
  }
  async upsert(id, payload, lifetime) {
    const { grantId = null, uid = null } = payload
    put.run(this.#kind, id, JSON.stringify(payload), grantId, uid, lifetime ? now() + lifetime : null)
  }
  async find(id) {
    return payloadOf(find.get(this.#kind, id))
  }
  async findByUid(uid) {
    return payloadOf(findByUid.get(uid, this.#kind))
  }
  async findByUserCode() {
    return undefined
  }
  async consume(id) {
    consume.run(now(), this.#kind, id)
  }
  async destroy(id) {
    destroy.run(this.#kind, id)
  }
  async revokeByGrantId(id) {
    revoke.run(id)
  }
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: SqliteAdapter,
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'rs', use: 'sig', alg: 'RS256' }] },
  cookies: { keys: ['only-for-measuring'] },
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  scopes: ['openid', 'offline_access', 'profile', 'read'],
  claims: { openid: ['sub'], profile: ['name'] },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Ada' }) }),
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  async loadExistingGrant({ oidc }) {
    const { session, provider: at } = oidc
    const { id = '' } = { id: session?.grantIdFor(client.id) }
    const found = id === '' ? undefined : await at.Grant.find(id)
    if (found !== undefined) return found
    const grant = new at.Grant({ clientId: client.id, accountId: session?.accountId ?? '' })
    grant.addOIDCScope('openid offline_access profile read')
    await grant.save()
    return grant
  },
})

const answer = provider.callback()
const server = createServer(async (request, response) => {
  if (request.url === '/client') response.end(JSON.stringify(client))
  else if (request.url?.startsWith('/sign-in')) response.end('By login_hint')
  else if (request.url?.startsWith('/interaction/')) {
    const { params } = await provider.interactionDetails(request, response)
    const login = { accountId: String(params.login_hint) }
    await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false })
  } else await answer(request, response)
})
// Connections stay open while the others have their turns.
server.keepAliveTimeout = 600_000
server.listen(Number(port), '127.0.0.1')
