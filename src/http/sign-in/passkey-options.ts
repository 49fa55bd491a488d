import { algorithms, relyingParty } from '../../rules/sign-in/passkey.ts'
import { type Challenge, makeChallenge, readChallenge } from '../../secrets/passkey-challenge.ts'
import type { Passkey } from '../../store/sign-in/passkeys.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Context } from '../context.ts'
import { bindingOf } from '../form-token.ts'

/** Options that a script passes to the browser; as base64url text, where the browser expects bytes (§5.1 …OptionsJSON). */

/** Any passkey of this host in the browser: nobody is asked for a name first, and nothing reveals who has one. */
export function signInOptions(c: Context) {
  return {
    challenge: encode(challengeFor(c, ['sign-in'])),
    rpId: relyingParty(c.var.issuer).id,
    userVerification: 'required',
    timeout,
  } as const
}

/** A discoverable passkey (§5.4.6 residentKey), on a device that has none registered yet. */
export function registrationOptions(c: Context, { user }: Session, known: readonly Passkey[]) {
  return optionsFor(c, ['register', user.id], user, known)
}

/**
 * For a browser that creates one by itself, after a password sign-in in which its password manager filled in the password
 * (§5.1.4 conditional create): nobody is asked, so nobody can be verified. For a person who has none yet.
 */
export function conditionalOptions(c: Context, session: Session) {
  const { authenticatorSelection, ...options } = registrationOptions(c, session, [])
  return { ...options, authenticatorSelection: { ...authenticatorSelection, userVerification: 'preferred' } }
}

/** The current passkeys of a person, so that the browser does not offer deleted ones (§5.1.10 Signal API). */
export function signalOf(c: Context, userId: string, kept: readonly Pick<Passkey, 'credentialId'>[]) {
  return {
    rpId: relyingParty(c.var.issuer).id,
    userId: encode(userId),
    allAcceptedCredentialIds: kept.map(({ credentialId }) => credentialId),
  }
}

/** For a person who will be the user of that id. Their name is their input: the script adds it. */
export function signUpOptions(c: Context, userId: string) {
  return optionsFor(c, ['sign-up', userId], { id: userId, username: '' }, [])
}

function optionsFor(
  c: Context,
  purpose: readonly string[],
  user: { readonly id: string; readonly username: string },
  known: readonly Passkey[],
) {
  const { id } = relyingParty(c.var.issuer)
  return {
    challenge: encode(challengeFor(c, purpose)),
    rp: { id, name: c.var.config.brand.name },
    user: { id: encode(user.id), name: user.username, displayName: user.username },
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg }) as const),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
    excludeCredentials: known.map(({ credentialId }) => ({ type: 'public-key', id: credentialId }) as const),
    timeout,
  } as const
}

/** In milliseconds. */
const timeout = 300_000

export function challengeOfSignIn(c: Context, challenge: string): Challenge | undefined {
  return presented(c, ['sign-in'], challenge)
}

export function challengeOfRegistration(
  c: Context,
  userId: string,
  challenge: string,
): Challenge | undefined {
  return presented(c, ['register', userId], challenge)
}

export function challengeOfSignUp(c: Context, userId: string, challenge: string): Challenge | undefined {
  return presented(c, ['sign-up', userId], challenge)
}

/** Valid only in this browser: a challenge that was fetched elsewhere can't be answered here. */
function challengeFor(c: Context, purpose: readonly string[]): string {
  return makeChallenge(c.var.config.keyEncryptionSecret, [...purpose, bindingOf(c)], c.var.now)
}

function presented(c: Context, purpose: readonly string[], challenge: string): Challenge | undefined {
  return readChallenge(c.var.config.keyRing, [...purpose, bindingOf(c)], challenge, c.var.now)
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}
