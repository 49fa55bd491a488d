import type { Profile } from '../../rules/openid/user-claims.ts'
import { write } from '../../store/database.ts'
import { replaceEmail } from '../../store/people/email-changes.ts'
import { updateProfile } from '../../store/people/profiles.ts'
import { type Doing, noteOwn } from '../act.ts'

/** The whole profile. The email address is not part of it: it has a page of its own, which confirms it. */
export async function saveProfile(doing: Doing, profile: Profile): Promise<void> {
  const { db, act, now } = doing
  const update = { userId: act.actorId, attemptId: act.attemptId, profile }
  await write(db, [...updateProfile(db, update, now), noteOwn(doing, { type: 'profile_updated' })], {})
}

/** Without a mailer, an address is stored as typed, and counts as unverified. */
export async function saveUnprovenEmail(doing: Doing, email: string): Promise<void> {
  const { db, act, now } = doing
  const writes = [...replaceEmail(db, act.actorId, email, now), noteOwn(doing, { type: 'email_changed' })]
  await write(db, writes, {})
}
