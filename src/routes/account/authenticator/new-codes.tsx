import { type Attempt, isStillShown } from '../../../secrets/form-key.ts'
import { recoveryCodesFrom } from '../../../secrets/recovery-codes.ts'
import type { RecoveryCodes } from '../../../store/sign-in/recovery-codes.ts'
import type { Site } from '../../../ui/site.ts'
import type { Seconds } from '../../../values/time.ts'
import { CodesPage } from './codes-page.tsx'

/** The page with the codes, which only this answer contains. Undefined when the form was outdated, or created none. */
export function newCodesPage(
  site: Site<'account'>,
  attempt: Attempt,
  codes: RecoveryCodes,
  shown: { readonly as: 'done' | 'renewed'; readonly next: string },
  now: Seconds,
) {
  if (codes.madeBy !== attempt.id || !isStillShown(codes.createdAt, now)) return undefined
  const title = site.texts.account.authenticator[shown.as]
  const texts = recoveryCodesFrom(attempt.newSeed)
  return <CodesPage site={site} title={title} codes={texts} next={shown.next} />
}
