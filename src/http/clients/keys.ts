import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { Documents, type Reading } from '../../acts/documents.ts'
import type { CallFailure } from '../../acts/outgoing.ts'
import type { ClientKeys } from '../../rules/clients/client.ts'
import { parseJwks } from '../../rules/clients/jwks.ts'
import type { Context } from '../context.ts'
import { inBackground } from '../log.ts'

/** For all clients, in this isolate. */
const published = new Documents<JWTVerifyGetKey>('jwks_uri', (document) =>
  createLocalJWKSet(parseJwks(document)),
)

/** Texts for the owner of the client. */
const failures: Record<CallFailure, string> = {
  address: 'jwks_uri is an address that this server does not call',
  unreachable: 'jwks_uri could not be reached',
  timeout: 'jwks_uri did not answer within five seconds',
  answer:
    'jwks_uri did not answer 200 with a set of public keys in JSON, of at most 64 KiB and without a redirect',
}

/** The keys of a client: registered, or published at its `jwks_uri`. Throws when there are none. */
export function clientKeySet(c: Context, clientId: string, keys: ClientKeys): JWTVerifyGetKey {
  if ('jwks' in keys) {
    const { jwks } = keys
    return (header, token) => createLocalJWKSet(parseJwks(JSON.parse(jwks)))(header, token)
  }
  return publishedKeySet(c, clientId, keys.jwksUri)
}

/** Keys that are published at a URL, fetched again for an unknown key. `clientId`: the client in the log. */
export function publishedKeySet(c: Context, clientId: string, url: string): JWTVerifyGetKey {
  const reading: Reading = {
    url,
    issuer: c.var.issuer,
    now: c.var.now,
    client: clientId,
    keepAlive: (call) => inBackground(c, 'fetch_keys', call),
  }
  return async (header, token) => {
    const set = found(await published.read(reading))
    try {
      return await set(header, token)
    } catch (error) {
      // The client may have rotated its keys.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      return found(await published.reread(reading))(header, token)
    }
  }
}

function found(set: JWTVerifyGetKey | CallFailure): JWTVerifyGetKey {
  if (typeof set === 'string') throw new Error(failures[set])
  return set
}
