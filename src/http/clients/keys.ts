import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { Documents, type Reading } from '../../acts/documents.ts'
import type { CallFailure } from '../../acts/outgoing.ts'
import type { ClientKeys } from '../../rules/clients/client.ts'
import { parseJwks } from '../../rules/clients/jwks.ts'
import type { Context } from '../context.ts'
import { inBackground } from '../log.ts'

/** For all clients, in this isolate. */
const published = new Documents<PublicKeys>('jwks_uri', (document) => publicKeys(parseJwks(document)))

interface PublicKeys {
  readonly set: JSONWebKeySet
  readonly find: JWTVerifyGetKey
}

function publicKeys(set: JSONWebKeySet): PublicKeys {
  return { set, find: createLocalJWKSet(set) }
}

/** Texts for the owner of the client. */
const failures: Record<CallFailure, string> = {
  address: 'jwks_uri is an address that this server does not call',
  unreachable: 'jwks_uri could not be reached',
  timeout: 'jwks_uri did not answer within five seconds',
  answer:
    'jwks_uri did not answer 200 with a set of public keys in JSON, of at most 64 KiB and without a redirect',
}

/** The keys are behind an address that did not deliver them now. */
export class KeysUnread extends Error {}

/** The keys of a client: registered, or published at its `jwks_uri`. Throws when there are none. */
export function clientKeySet(c: Context, clientId: string, keys: ClientKeys): JWTVerifyGetKey {
  if ('jwks' in keys) {
    const { jwks } = keys
    return (header, token) => publicKeys(parseJwks(JSON.parse(jwks))).find(header, token)
  }
  return publishedKeySet(c, clientId, keys.jwksUri)
}

/** Keys that are published at a URL, fetched again for an unknown key. `clientId`: the client in the log. */
export function publishedKeySet(c: Context, clientId: string, url: string): JWTVerifyGetKey {
  const reading = readingOf(c, clientId, url)
  return async (header, token) => {
    const { find } = found(await published.read(reading))
    try {
      return await find(header, token)
    } catch (error) {
      // The client may have rotated its keys.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      return found(await published.reread(reading)).find(header, token)
    }
  }
}

/** Looks for something in the keys of a client; published keys are read again if it is not there. Throws when they can't be read. */
export async function findInKeys<T>(
  c: Context,
  clientId: string,
  keys: ClientKeys,
  find: (set: JSONWebKeySet) => T | undefined,
): Promise<T | undefined> {
  if ('jwks' in keys) return find(parseJwks(JSON.parse(keys.jwks)))
  const reading = readingOf(c, clientId, keys.jwksUri)
  // The client may have replaced its keys.
  return find(found(await published.read(reading)).set) ?? find(found(await published.reread(reading)).set)
}

function readingOf(c: Context, client: string, url: string): Reading {
  const { issuer, now } = c.var
  return { url, issuer, now, client, keepAlive: (call) => inBackground(c, 'fetch_keys', call) }
}

function found(keys: PublicKeys | CallFailure): PublicKeys {
  if (typeof keys === 'string') throw new KeysUnread(failures[keys])
  return keys
}
