import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type CBORType, encodeCBOR } from '@levischuck/tiny-cbor'
import type { Page } from './browser.ts'
import { issuer, type Server } from './server.ts'

type Algorithm = 'ES256' | 'RS256' | 'EdDSA'

interface Credential {
  readonly id: string
  readonly userHandle: string
  readonly key: KeyObject
  readonly algorithm: Algorithm
  counter: number
}

/** Errors of an authenticator or a browser. */
export interface Faults {
  readonly origin?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly rpId?: string
  readonly flags?: number
  /** Extensions as CBOR, or unrelated bytes, after everything else. */
  readonly after?: Uint8Array
  readonly userHandle?: string | null
  /** Answers another challenge. */
  readonly challenge?: string
  readonly spoil?: 'signature' | 'id'
  /** Steps of the counter; 0: it does not count. */
  readonly step?: number
}

const present = 0x01
const verified = 0x04

/** An authenticator with its browser, in software: creates passkeys and answers with them, as JSON (Web Authentication §5.1). */
export class SoftAuthenticator {
  readonly credentials: Credential[] = []

  create(
    options: { challenge: string; user: { id: string } },
    faults: Faults = {},
    algorithm: Algorithm = 'ES256',
  ) {
    const { publicKey, privateKey } = newKeyPair(algorithm)
    const id = crypto.getRandomValues(Buffer.alloc(32))
    const credential = {
      id: id.toString('base64url'),
      userHandle: options.user.id,
      key: privateKey,
      algorithm,
      counter: 0,
    }
    this.credentials.push(credential)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const flags = faults.flags ?? present | verified
    const authData = Buffer.concat([
      authenticatorData(flags | 0x40, 0, faults),
      Buffer.alloc(16),
      length,
      id,
      cose(publicKey, algorithm),
      faults.after ?? Buffer.alloc(0),
    ])
    const attestation = new Map<string, CBORType>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, CBORType>()],
      ['authData', new Uint8Array(authData)],
    ])
    return {
      ...this.#common(faults.spoil === 'id' ? 'AAAA' : credential.id),
      response: {
        clientDataJSON: clientData('webauthn.create', options.challenge, faults).toString('base64url'),
        attestationObject: Buffer.from(encodeCBOR(attestation)).toString('base64url'),
      },
    }
  }

  get(options: { challenge: string }, faults: Faults = {}, credential = this.credentials.at(-1)) {
    if (credential === undefined) throw new Error('This authenticator holds no passkey')
    const step = faults.step ?? 1
    credential.counter += step
    const data = Buffer.concat([
      authenticatorData(faults.flags ?? present | verified, credential.counter, faults),
      faults.after ?? Buffer.alloc(0),
    ])
    const client = clientData('webauthn.get', options.challenge, faults)
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
    const hash = credential.algorithm === 'EdDSA' ? null : 'sha256'
    const signature = sign(hash, signed, credential.key)
    if (faults.spoil === 'signature') signature.writeUInt8(signature.readUInt8(8) ^ 1, 8)
    const userHandle = faults.userHandle === undefined ? credential.userHandle : faults.userHandle
    return {
      ...this.#common(credential.id),
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: Buffer.from(signature).toString('base64url'),
        ...(userHandle !== null && { userHandle }),
      },
    }
  }

  #common(id: string) {
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} }
  }
}

function authenticatorData(flags: number, counter: number, { rpId = 'localhost' }: Faults): Buffer {
  const rest = Buffer.alloc(5)
  rest.writeUInt8(flags)
  rest.writeUInt32BE(counter, 1)
  return Buffer.concat([createHash('sha256').update(rpId).digest(), rest])
}

function clientData(type: string, challenge: string, faults: Faults): Buffer {
  const said = { type, challenge, origin: issuer, crossOrigin: false }
  const { spoil: _, step: __, flags: ___, rpId: ____, userHandle: _____, after: ______, ...changes } = faults
  return Buffer.from(JSON.stringify({ ...said, ...changes }))
}

function newKeyPair(algorithm: Algorithm) {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return algorithm === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ed25519')
}

function cose(key: KeyObject, algorithm: Algorithm): Uint8Array {
  const { x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' })
  const part = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
  const map = {
    ES256: () => [
      [1, 2] as const,
      [3, -7] as const,
      [-1, 1] as const,
      [-2, part(x)] as const,
      [-3, part(y)] as const,
    ],
    EdDSA: () => [[1, 1] as const, [3, -8] as const, [-1, 6] as const, [-2, part(x)] as const],
    RS256: () => [[1, 3] as const, [3, -257] as const, [-1, part(n)] as const, [-2, part(e)] as const],
  }
  return encodeCBOR(new Map<number, number | Uint8Array>(map[algorithm]()))
}

/** The options that the page's script would pass to the browser. */
export function registrationOptionsOn(page: Page) {
  const [, json] = /data-options="([^"]*)"/.exec(page.html) ?? []
  if (json === undefined) throw new Error(`No options: ${page.status} ${page.location}`)
  return JSON.parse(json.replaceAll('&quot;', '"'))
}

/** Through the pages, like a person. */
export async function addPasskey(
  browser: ReturnType<Server['browser']>,
  device: SoftAuthenticator,
  name = 'Phone',
  algorithm: Algorithm = 'ES256',
): Promise<Page> {
  const page = await browser.get('/account/passkeys/new')
  const made = device.create(registrationOptionsOn(page), {}, algorithm)
  return page.submit({ name, credential: JSON.stringify(made) })
}

/** On the sign-in page: fetches the options, and sends the device's answer. */
export async function usePasskey(
  browser: ReturnType<Server['browser']>,
  device: SoftAuthenticator,
  faults: Faults = {},
  next = '',
): Promise<Page> {
  const login = await browser.get(`/login?next=${encodeURIComponent(next)}`)
  const options = JSON.parse((await browser.get('/login/passkey')).html)
  return login.submit({ credential: JSON.stringify(device.get(options, faults)) })
}
