import { claimPasskey } from '../../../acts/sign-in/claim-passkey.ts'
import type { Context } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { joinOnArrival } from '../../../http/openid/link-on-arrival.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { goOn } from '../../../http/sign-in/after-sign-in.ts'
import { sendElsewhere } from '../../../http/sign-in/elsewhere.ts'
import { leaveOutdated, outdatedText } from '../../../http/sign-in/outdated-form.ts'
import { challengeOfSignIn, signInOptions } from '../../../http/sign-in/passkey-options.ts'
import { sessionAndButtons } from '../../../http/sign-in/session.ts'
import { signIn } from '../../../http/sign-in/sign-in.ts'
import { type Assertion, findFault, parseAssertion, relyingParty } from '../../../rules/sign-in/passkey.ts'
import { isSignatureOf } from '../../../secrets/passkey-signature.ts'
import { holds, read } from '../../../store/database.ts'
import {
  findPasskeyForSignIn,
  isNewCredential,
  type PasskeyForSignIn,
} from '../../../store/sign-in/passkeys.ts'
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
  const { reference, now } = c.var
  const { data } = assertion
  const use = { id: found.id, counter: data.counter, isBackedUp: data.backedUp }
  const verdict = await claimPasskey({ db: DB, reference, now }, found.user.id, use, challenge)
  if (verdict !== 'mine') {
    const texts = { late: problems.late, gone: problems.unknown, copied: problems.cloned }
    return again(c, next, 400, texts[verdict])
  }

  const { passwordHash, elsewhere } = found
  const joined = elsewhere && (await joinOnArrival(c, found.user.id, elsewhere.id, next))
  if (elsewhere !== undefined && joined === undefined) return sendElsewhere(c, elsewhere, next)
  if (joined !== undefined) {
    const proof = { by: 'provider', at: joined.at } as const
    await signIn(c, { userId: found.user.id, passwordHash, proof }, joined.writes, {})
    return goOn(c, joined.next, found.awaitsReview)
  }
  const proof = { by: 'passkey', passkeyId: found.id } as const
  await signIn(c, { userId: found.user.id, passwordHash, proof }, [], {})
  return goOn(c, next, found.awaitsReview)
}

/** Web Authentication §7.2: it belongs to the user it names, and is signed with the registered key. */
function isOf({ publicKey, user }: PasskeyForSignIn, { userId, signed, signature }: Assertion): boolean {
  return (userId === undefined || userId === user.id) && isSignatureOf(publicKey, signed, signature)
}

async function again(c: Context, next: string, status: 400 | 403, problem: string, gone?: string) {
  const site = siteFor(c, undefined)
  const signal = gone === undefined ? undefined : { rpId: relyingParty(c.var.issuer).id, credentialId: gone }
  const { session: _, ...buttons } = await sessionAndButtons(c)
  const page = { site, next, username: '', ...buttons, problem, signal }
  return showPage(c, <LoginPage {...page} />, status)
}
