// The two tokens of the ruler, by Web Crypto alone. Its keys live as long as the isolate.

type Claims = Readonly<Record<string, string | number | undefined>>

export const utf8 = new TextEncoder()
export const base64url = (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
export const random = (bytes: number) => base64url(crypto.getRandomValues(new Uint8Array(bytes)))

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const rs256 = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
}
let keys: Promise<Awaited<ReturnType<typeof makeKeys>>> | undefined
export const readKeys = () => {
  keys ??= makeKeys()
  return keys
}

async function makeKeys() {
  // Both algorithms are asymmetric, so each is a pair.
  const generate = async (algorithm: typeof es256 | typeof rs256) =>
    (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const [access, id] = await Promise.all([generate(es256), generate(rs256)])
  const publicKeys = [id, access].map(({ publicKey }) => crypto.subtle.exportKey('jwk', publicKey))
  return { access, id, jwks: JSON.stringify({ keys: await Promise.all(publicKeys) }) }
}

async function sign(head: object, key: CryptoKeyPair, claims: object): Promise<string> {
  const algorithm = { name: key.privateKey.algorithm.name, hash: 'SHA-256' }
  const input = [head, claims].map((part) => base64url(utf8.encode(JSON.stringify(part)))).join('.')
  return `${input}.${base64url(await crypto.subtle.sign(algorithm, key.privateKey, utf8.encode(input)))}`
}

/** The claims of an access token that this Worker signed and that has not expired. */
export async function verify(token: string, now: number): Promise<Claims | undefined> {
  const [head = '', body = '', signature = ''] = token.split('.')
  const bytes = (text: string) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0))
  const { access } = await readKeys()
  const isGood = await crypto.subtle.verify(
    es256,
    access.publicKey,
    bytes(signature),
    utf8.encode(`${head}.${body}`),
  )
  const claims: Claims = isGood ? JSON.parse(new TextDecoder().decode(bytes(body))) : {}
  return Number(claims.exp) > now ? claims : undefined
}

interface Grant {
  /** Without it there is no person, and no ID token. */
  readonly id?: string
  readonly sub: string
  readonly scope: string
  readonly nonce?: string
}

export async function issue(issuer: string, client: string, grant: Grant, now: number) {
  const { access, id } = await readKeys()
  const times = { iat: now, exp: now + 3600 }
  const about = { iss: issuer, sub: grant.sub, ...times }
  const accessClaims = {
    ...about,
    aud: issuer,
    client_id: client,
    scope: grant.scope,
    jti: random(16),
    grant: grant.id,
  }
  const answer = {
    access_token: await sign({ alg: 'ES256', typ: 'at+jwt', kid: 'es' }, access, accessClaims),
    token_type: 'Bearer',
    expires_in: 3600,
    scope: grant.scope,
  }
  if (grant.id === undefined) return answer
  const idClaims = { ...about, aud: client, ...(grant.nonce ? { nonce: grant.nonce } : {}) }
  return { ...answer, id_token: await sign({ alg: 'RS256', kid: 'rs' }, id, idClaims) }
}
