import { importPKCS8 } from 'jose'
import type { Connection } from '../../rules/sign-in/connection.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { Seconds } from '../../values/time.ts'
import { seal, unseal } from '../derived-keys.ts'
import { randomText } from '../secret.ts'
import { type SigningKey, signJwt } from '../signing-key.ts'

/** Our secret at a provider, encrypted: it opens for no other connection. */
export function sealProviderSecret(secret: string, connectionId: string, plain: string): Promise<string> {
  return seal(secret, 'providers', connectionId, plain)
}

/** Throws when it was encrypted under none of these secrets. */
function openProviderSecret(ring: KeyRing, { id, sealedSecret }: Connection): Promise<string> {
  return unseal(ring, 'providers', id, sealedSecret ?? '')
}

/** The part of a request to the token endpoint by which we authenticate. */
export interface Authentication {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/** Seconds that an assertion is valid. */
const assertionLifetime: Seconds = 60

/** `signer`: our current signing key, for `private_key_jwt`. */
export async function authenticateAt(
  ring: KeyRing,
  connection: Connection,
  tokenEndpoint: string,
  signer: () => Promise<SigningKey>,
  now: Seconds,
): Promise<Authentication> {
  const { clientId, issuer, settings } = connection
  const { auth } = settings
  const times = { iat: now, exp: now + assertionLifetime }
  switch (auth.method) {
    case 'client_secret_basic': {
      // RFC 6749 §2.3.1: both parts are form-encoded first.
      const pair = `${formEncoded(clientId)}:${formEncoded(await openProviderSecret(ring, connection))}`
      return { headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, parameters: {} }
    }
    case 'client_secret_post':
      return posted(clientId, await openProviderSecret(ring, connection))
    case 'private_key_jwt': {
      // RFC 7523 §3; the audience is a single value, the issuer where there is one.
      const claims = {
        iss: clientId,
        sub: clientId,
        aud: issuer ?? tokenEndpoint,
        jti: randomText(16),
        ...times,
      }
      return {
        headers: {},
        parameters: {
          client_id: clientId,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await signJwt(await signer(), 'JWT', claims),
        },
      }
    }
    case 'apple': {
      // Its secret is a JWT, signed by the key of a team.
      const privateKey = await importPKCS8(await openProviderSecret(ring, connection), 'ES256')
      const claims = { iss: auth.teamId, sub: clientId, aud: issuer, ...times }
      const key = { kid: auth.keyId, alg: 'ES256', privateKey } as const
      return posted(clientId, await signJwt(key, 'JWT', claims))
    }
  }
}

function posted(clientId: string, secret: string): Authentication {
  return { headers: {}, parameters: { client_id: clientId, client_secret: secret } }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
