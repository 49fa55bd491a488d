import { createHash } from 'node:crypto'
import { type CBORType, decodeCBOR, decodePartialCBOR } from '@levischuck/tiny-cbor'
import * as z from 'zod/mini'
import { once } from '../../values/once.ts'
import type { NamedProblem } from '../../values/problem.ts'
import { nameProblem } from '../names.ts'

/**
 * Passkeys: the answers of authenticators, parsed and checked by the rules of Web Authentication Level 3 (§7). Attestation is
 * not requested, so the manufacturer of an authenticator is neither known nor trusted (§6.5.3 `none`).
 */

/** Supported COSE algorithms, the best first: EdDSA, ES256, RS256 (RFC 9053, RFC 8812). */
export const algorithms = [-8, -7, -257] as const

/** RFC 7517, with only the members of its type. */
export type PublicJwk = Readonly<Record<string, string>>

export interface AuthenticatorData {
  readonly rpIdHash: Buffer
  readonly userPresent: boolean
  readonly userVerified: boolean
  /** Whether it is synchronised to other devices of the person. */
  readonly backedUp: boolean
  /** Increases with each use, or stays 0 where an authenticator doesn't count. */
  readonly counter: number
  /** In a registration: the new credential. */
  readonly credential: { readonly id: Buffer; readonly publicKey: PublicJwk } | undefined
}

/** The part that the browser guarantees, §5.8.1. */
export interface ClientData {
  readonly type: string
  readonly challenge: string
  readonly origin: string
  readonly crossOrigin: boolean
}

/** This server: `id` is the host of the issuer. */
export interface RelyingParty {
  readonly id: string
  readonly origin: string
}

export function relyingParty(issuer: string): RelyingParty {
  return { id: new URL(issuer).hostname, origin: issuer }
}

const base64url = once(() => z.string().check(z.regex(/^[A-Za-z0-9_-]+$/), z.maxLength(20_000)))

/** §5.1 RegistrationResponseJSON, the members that are used. */
const registration = once(() =>
  z.object({
    id: base64url(),
    response: z.object({ clientDataJSON: base64url(), attestationObject: base64url() }),
  }),
)

/** §5.1 AuthenticationResponseJSON, the members that are used. */
const assertion = once(() =>
  z.object({
    id: base64url(),
    response: z.object({
      clientDataJSON: base64url(),
      authenticatorData: base64url(),
      signature: base64url(),
      userHandle: z.nullish(base64url()),
    }),
  }),
)

export interface Registration {
  readonly credentialId: string
  readonly clientData: ClientData
  readonly data: AuthenticatorData
}

export interface Assertion {
  readonly credentialId: string
  readonly clientData: ClientData
  readonly data: AuthenticatorData
  /** The user handle of the passkey. */
  readonly userId: string | undefined
  readonly signature: Buffer
  /** The signed bytes, §7.2. */
  readonly signed: Buffer
}

/** Undefined when no browser would send it. */
export function parseRegistration(json: string): Registration | undefined {
  return tolerant(() => {
    const { id, response } = registration().parse(JSON.parse(json))
    const attestation = decodeCBOR(view(bytes(response.attestationObject)))
    const data = attestation instanceof Map ? attestation.get('authData') : undefined
    if (!(data instanceof Uint8Array)) return undefined
    return {
      credentialId: id,
      clientData: parseClientData(bytes(response.clientDataJSON)),
      data: parseAuthenticatorData(Buffer.from(data)),
    }
  })
}

export function parseAssertion(json: string): Assertion | undefined {
  return tolerant(() => {
    const { id, response } = assertion().parse(JSON.parse(json))
    const clientDataJson = bytes(response.clientDataJSON)
    const data = bytes(response.authenticatorData)
    return {
      credentialId: id,
      clientData: parseClientData(clientDataJson),
      data: parseAuthenticatorData(data),
      userId: response.userHandle ? bytes(response.userHandle).toString() : undefined,
      signature: bytes(response.signature),
      signed: Buffer.concat([data, createHash('sha256').update(clientDataJson).digest()]),
    }
  })
}

/**
 * Why it is refused, or undefined: the checks that both ceremonies share (§7.1 and §7.2). Origin and host stop a phishing page;
 * `userVerified` makes it two factors: the device, and a finger, a face or its PIN. `isConditional`: created by the browser
 * itself after a password sign-in (§5.1.4 conditional create), without user interaction; signing in with it needs both flags.
 */
export function findFault(
  { clientData, data }: { readonly clientData: ClientData; readonly data: AuthenticatorData },
  type: 'webauthn.create' | 'webauthn.get',
  party: RelyingParty,
  isConditional = false,
): string | undefined {
  if (clientData.type !== type) return 'type'
  if (clientData.origin !== party.origin) return 'origin'
  if (clientData.crossOrigin) return 'crossOrigin'
  if (!createHash('sha256').update(party.id).digest().equals(data.rpIdHash)) return 'rpIdHash'
  if (isConditional) return undefined
  if (!data.userPresent) return 'userPresent'
  return data.userVerified ? undefined : 'userVerified'
}

const clientDataSchema = once(() =>
  z.object({
    type: z.string(),
    challenge: base64url(),
    origin: z.string(),
    crossOrigin: z._default(z.boolean(), false),
  }),
)

function parseClientData(json: Buffer): ClientData {
  const { challenge, ...rest } = clientDataSchema().parse(JSON.parse(json.toString()))
  return { ...rest, challenge: bytes(challenge).toString() }
}

/**
 * §6.1: 32 bytes of hash, flags, a counter of 4; then, in a registration, 16 of model, the id with its length, and the key;
 * then extensions, if the flags say so; and nothing more. A backed-up credential must be eligible for backup (§6.1.3).
 */
function parseAuthenticatorData(data: Buffer): AuthenticatorData {
  const flags = data.readUInt8(32)
  const isBackupEligible = (flags & 0x08) !== 0
  const common = {
    rpIdHash: data.subarray(0, 32),
    userPresent: (flags & 0x01) !== 0,
    userVerified: (flags & 0x04) !== 0,
    backedUp: (flags & 0x10) !== 0,
    counter: data.readUInt32BE(33),
  }
  if (common.backedUp && !isBackupEligible) throw new Error('Backed up, but not eligible for backup')
  const hasExtensions = (flags & 0x80) !== 0
  if ((flags & 0x40) === 0) {
    expectEnd(data, 37, hasExtensions)
    return { ...common, credential: undefined }
  }
  const end = 55 + data.readUInt16BE(53)
  const [key, length] = decodePartialCBOR(view(data), end)
  expectEnd(data, end + length, hasExtensions)
  return { ...common, credential: { id: data.subarray(55, end), publicKey: publicJwk(key) } }
}

/** The extensions are one map, and come last. */
function expectEnd(data: Buffer, at: number, hasExtensions: boolean): void {
  const length = hasExtensions ? decodePartialCBOR(view(data), at)[1] : 0
  if (at + length !== data.length) throw new Error('Bytes are left over')
}

/** RFC 9053 §7, RFC 8230 §4: the three supported kinds of key. */
function publicJwk(key: CBORType): PublicJwk {
  if (!(key instanceof Map)) throw new Error('The key is not a map')
  const part = (label: number) => {
    const value = key.get(label)
    if (!(value instanceof Uint8Array)) throw new Error(`The key lacks ${label}`)
    return Buffer.from(value).toString('base64url')
  }
  const kind = [1, 3, -1].map((label) => key.get(label))
  const is = (...expected: readonly number[]) => expected.every((value, i) => value === kind[i])
  if (is(2, -7, 1)) return { kty: 'EC', crv: 'P-256', x: part(-2), y: part(-3) }
  if (is(1, -8, 6)) return { kty: 'OKP', crv: 'Ed25519', x: part(-2) }
  if (is(3, -257)) return { kty: 'RSA', n: part(-1), e: part(-2) }
  throw new Error('The key is of a type that was not offered')
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}

/** A Buffer is a view of a larger one; the CBOR reader does not accept a Buffer. */
function view({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** Everything that violates the specification throws, wherever it is read: the caller gets one answer. */
function tolerant<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/** A name by which people recognize their passkeys. */
export function checkPasskeyName(
  typed: string,
): { readonly value: string } | { readonly problem: NamedProblem } {
  const value = typed.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
  if (value === '') return { problem: { code: 'passkeyNameMissing' } }
  if ([...value].length > 64) return { problem: { code: 'tooLong', most: 64 } }
  const problem = nameProblem(value)
  return problem === undefined ? { value } : { problem }
}
