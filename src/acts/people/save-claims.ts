import { read } from '../../store/database.ts'
import { type PersonClaims, updatePersonClaims } from '../../store/people/person-claims.ts'
import { findClaimsSubject } from '../../store/people/profiles.ts'
import { change, type Doing } from '../act.ts'

/** An administrator sets a person's claims. Returns whether it was done; `replaced`: the previous address, if it changed. */
export async function saveClaims(doing: Doing, userId: string, claims: PersonClaims) {
  const { db, act, now } = doing
  const { subject } = await read(db, { subject: findClaimsSubject(db, { userId }) })
  if (subject === undefined) return { done: false } as const
  const event = { type: 'claims_changed', target: userId } as const
  const done = await change(doing, event, ...updatePersonClaims(db, act, userId, claims, now))
  const isReplaced = done && claims.changesEmail && subject.email !== claims.email
  return done
    ? ({ done, subject, replaced: isReplaced ? subject.email : undefined } as const)
    : ({ done } as const)
}
