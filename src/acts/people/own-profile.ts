import type { Profile } from '../../rules/openid/user-claims.ts'
import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { updateProfile } from '../../store/people/profiles.ts'
import { type Doing, type Formless, noteOwn } from '../act.ts'

/** The whole profile. The email address is not part of it: it has a page of its own, which confirms it. */
export async function saveProfile(doing: Doing, profile: Profile): Promise<void> {
  const { db, act, now } = doing
  const update = { userId: act.actorId, attemptId: act.attemptId, profile }
  await write(db, [...updateProfile(db, update, now), noteOwn(doing, { type: 'profile_updated' })], {})
}

/** The person takes a copy of everything that is stored about them. */
export async function noteExport({ db, reference, now }: Formless, userId: string): Promise<void> {
  const event = { id: randomText(16), type: 'account_exported', reference, userId } as const
  await write(db, noteEvent(db, event, now), {})
}
