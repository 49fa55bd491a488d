// An OpenID provider that nobody here wrote (oidc-provider), on loopback: `node openid-provider.mjs PORT OUR-ORIGIN`.
import { generateKeyPairSync } from 'node:crypto'
import { Provider } from 'oidc-provider'

const [port, origin] = process.argv.slice(2)
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: `key-${Date.now()}` }

const provider = new Provider(`http://localhost:${port}`, {
  jwks: { keys: [key] },
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  clients: [
    {
      client_id: 'latchkey',
      redirect_uris: [`${origin}/login/with/real/callback`],
      post_logout_redirect_uris: [`${origin}/logout`],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `${origin}/.well-known/jwks.json`,
    },
  ],
  // Its own refuses loopback addresses.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
  pkce: { required: () => true },
  async findAccount(_, id) {
    const claims = { sub: id, preferred_username: id, email: `${id}@there.example`, email_verified: true }
    return { accountId: id, claims: async () => claims }
  },
})
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'))
