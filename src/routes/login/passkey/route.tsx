import type { Context } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { goOn } from '../../../http/sign-in/after-sign-in.ts'
import { leaveOutdated, outdatedText } from '../../../http/sign-in/outdated-form.ts'
import { challengeOfSignIn, signInOptions } from '../../../http/sign-in/passkey-options.ts'
import { signIn } from '../../../http/sign-in/sign-in.ts'
import { type Assertion, findFault, parseAssertion, relyingParty } from '../../../rules/sign-in/passkey.ts'
import type { Challenge } from '../../../secrets/passkey-challenge.ts'
import { isSignatureOf } from '../../../secrets/passkey-signature.ts'
import { randomText } from '../../../secrets/secret.ts'
import { noteEvent } from '../../../store/audit-events.ts'
import { holds, read, write } from '../../../store/database.ts'
import {
  claimPasskeyUse,
  findPasskeyForSignIn,
  findUse,
  isNewCredential,
  type PasskeyForSignIn,
} from '../../../store/sign-in/passkeys.ts'
import { challengeIsMine, claimChallenge } from '../../../store/sign-in/used-challenges.ts'
import { LoginPage } from '../page.tsx'

/** GET /login/passkey: the options that the sign-in page's script passes to the browser. */
export function get(c: Context): Response {
  return c.json(signInOptions(c))
}

/** POST /login/passkey: credential (AuthenticationResponseJSON), next. */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const next = pairs.get('next') ?? ''
  if (!isOwnForm(c, pairs)) {
    const left = await leaveOutdated(c, next, pairs.has('again'))
    return left instanceof Response ? left : again(c, next, 403, outdatedText(c))
  }

  const problems = c.var.messages.passkey
  const assertion = parseAssertion(pairs.get('credential') ?? '')
  const fault = assertion && findFault(assertion, 'webauthn.get', relyingParty(c.var.issuer))
  if (assertion === undefined || fault !== undefined) return again(c, next, 400, problems.unreadable)
  const challenge = challengeOfSignIn(c, assertion.clientData.challenge)
  if (challenge === undefined) return again(c, next, 400, problems.late)

  const { DB } = c.env
  const { credentialId } = assertion
  const { found, isGone } = await read(DB, {
    found: findPasskeyForSignIn(DB, credentialId),
    isGone: holds(DB, isNewCredential(credentialId)),
  })
  // Not for one that is only refused for now: the browser deletes a reported passkey.
  if (isGone) return again(c, next, 400, problems.unknown, credentialId)
  if (found === undefined || !isOf(found, assertion)) return again(c, next, 400, problems.unknown)
  const problem = await claimUse(c, found, assertion, challenge)
  if (problem !== undefined) return again(c, next, 400, problem)

  const { passwordHash } = found
  const proof = { by: 'passkey', passkeyId: found.id } as const
  await signIn(c, { userId: found.user.id, passwordHash, proof }, [], {})
  return goOn(c, next, found.awaitsReview)
}

/** Web Authentication §7.2: it belongs to the user it names, and is signed with the registered key. */
function isOf({ publicKey, user }: PasskeyForSignIn, { userId, signed, signature }: Assertion): boolean {
  return (userId === undefined || userId === user.id) && isSignatureOf(publicKey, signed, signature)
}

/** Uses up challenge and counter, unless another answer was first. Returns the text for the failure; undefined on success. */
async function claimUse(
  c: Context,
  { id, user }: PasskeyForSignIn,
  { data }: Assertion,
  challenge: Challenge,
): Promise<string | undefined> {
  const { DB } = c.env
  const { now, reference } = c.var
  const problems = c.var.messages.passkey
  const attemptId = randomText(16)
  const use = { id, counter: data.counter, isBackedUp: data.backedUp }
  const mine = challengeIsMine(challenge, attemptId)
  const { challenged, verdict } = await write(
    DB,
    [claimChallenge(DB, challenge, attemptId), claimPasskeyUse(DB, use, attemptId, now, mine)],
    { challenged: holds(DB, mine), verdict: findUse(DB, id, attemptId) },
  )
  if (!challenged) return problems.late
  if (verdict.isMine) return undefined
  if (!verdict.exists) return problems.unknown
  const event = { id: attemptId, type: 'passkey_refused', reference, userId: user.id, detail: id } as const
  await write(DB, noteEvent(DB, event, now), {})
  return problems.cloned
}

function again(c: Context, next: string, status: 400 | 403, problem: string, gone?: string) {
  const site = siteFor(c, undefined)
  const signal = gone === undefined ? undefined : { rpId: relyingParty(c.var.issuer).id, credentialId: gone }
  const page = <LoginPage site={site} next={next} username="" problem={problem} signal={signal} />
  return showPage(c, page, status)
}
