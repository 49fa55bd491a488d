import { findFault, parseRegistration, type Registration, relyingParty } from '../../rules/sign-in/passkey.ts'
import { isUsableKey } from '../../secrets/passkey-signature.ts'
import type { Context } from '../context.ts'

/** The credential that the browser reports, and the challenge that it answers. Undefined unless it matches our request. */
export function readNewPasskey(c: Context, credential: string, isConditional = false) {
  const registration = parseRegistration(credential)
  const made = registration && readCredential(c, registration, isConditional)
  return registration && made && { made, challenge: registration.clientData.challenge }
}

/** Web Authentication §7.1. */
function readCredential(c: Context, registration: Registration, isConditional: boolean) {
  const { credentialId, data } = registration
  const { credential } = data
  const fault = findFault(registration, 'webauthn.create', relyingParty(c.var.issuer), isConditional)
  if (fault !== undefined || credential === undefined) return undefined
  if (credential.id.toString('base64url') !== credentialId || credential.id.length > 1023) return undefined
  const { publicKey } = credential
  return isUsableKey(publicKey)
    ? { credentialId, publicKey, counter: data.counter, isBackedUp: data.backedUp }
    : undefined
}
