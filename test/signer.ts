import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import {
  type ClientOpenid,
  defaultClientOpenid,
  defaultClientPolicy,
  type RegisteredGrantType,
} from '../src/rules/clients/client.ts'
import type { User } from '../src/store/people/users.ts'
import { addClient, issuer, type Registered } from './server.ts'

/** A registered client with its own key. */
export interface Signer {
  readonly registered: Registered
  readonly jwk: JWK
  readonly privateKey: CryptoKey
  /** A signed JWT. */
  readonly sign: (claims: JWTPayload, header?: Readonly<Record<string, unknown>>) => Promise<string>
  /** The parameters of `private_key_jwt` (RFC 7523 §2.2). */
  readonly assert: (changes?: JWTPayload) => Promise<Record<string, string>>
}

interface SignerDetails {
  readonly alg?: string
  readonly openid?: Partial<ClientOpenid>
  readonly redirectUris?: readonly string[]
  readonly grantType?: RegisteredGrantType
  /** Public keys beside its own. */
  readonly more?: readonly JWK[]
  /** Where it publishes keys instead of registering them. */
  readonly jwksUri?: string
}

let assertions = 0

export async function addSigner(
  owner: User,
  now: () => number,
  { alg = 'ES256', openid = {}, more = [], jwksUri, ...details }: SignerDetails = {},
): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg }
  const keys = jwksUri === undefined ? { jwks: JSON.stringify({ keys: [jwk, ...more] }) } : { jwksUri }
  const registered = await addClient(owner, {
    policy: { ...defaultClientPolicy, keys },
    openid: { ...defaultClientOpenid, ...openid },
    ...details,
  })
  const { id } = registered.client
  const sign: Signer['sign'] = (claims, header = {}) =>
    new SignJWT(claims).setProtectedHeader({ kid: 'one', ...header, alg }).sign(privateKey)
  return {
    registered,
    jwk,
    privateKey,
    sign,
    async assert(changes = {}) {
      const times = { iat: now(), exp: now() + 60 }
      const claims = { iss: id, sub: id, aud: issuer, jti: `assertion-${++assertions}`, ...times }
      return {
        client_id: id,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await sign({ ...claims, ...changes }),
      }
    },
  }
}
