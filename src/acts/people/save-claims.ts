import { hasAuditEvent } from '../../store/audit-events.ts'
import { read } from '../../store/database.ts'
import { type PersonClaims, updatePersonClaims } from '../../store/people/person-claims.ts'
import { findClaimsSubject } from '../../store/people/profiles.ts'
import { change, type Doing } from '../act.ts'

/**
 * An administrator sets a person's claims. Returns whether it was done; `replaced`: the previous address, if it changed. When the
 * form is sent again, only the form knows it: `emailBefore`.
 */
export async function saveClaims(
  doing: Doing,
  userId: string,
  claims: PersonClaims & { readonly emailBefore: string | undefined },
) {
  const { db, act, now } = doing
  const { subject, wasSent } = await read(db, {
    subject: findClaimsSubject(db, { userId }),
    wasSent: hasAuditEvent(db, act.attemptId),
  })
  if (subject === undefined) return { done: false } as const
  const event = { type: 'claims_changed', target: userId } as const
  const done = await change(doing, event, ...updatePersonClaims(db, act, userId, claims, now))
  if (!done) return { done } as const
  const before = wasSent ? claims.emailBefore : subject.email
  return {
    done,
    subject,
    replaced: claims.changesEmail && before !== claims.email ? before : undefined,
  } as const
}
