import type { Context } from '../../http/context.ts'
import { deviceOf } from '../../http/people/mailer.ts'
import { readNewPasskey } from '../../http/sign-in/new-passkey.ts'
import { challengeOfSignUp } from '../../http/sign-in/passkey-options.ts'
import { argon2id } from '../../secrets/argon2id.ts'
import type { Attempt } from '../../secrets/form-key.ts'
import { hashPassword, noPassword } from '../../secrets/passwords.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import type { Write } from '../../store/database.ts'
import { hasPasskey, insertPasskey, isNewCredential } from '../../store/sign-in/passkeys.ts'
import { challengeIsMine, claimChallenge } from '../../store/sign-in/used-challenges.ts'
import { always, and, type Sql } from '../../store/sql.ts'

/** How somebody who signs up will get in: by a password, or by a passkey alone. */
export interface WayIn {
  /** Of the user. */
  readonly id: string
  /** Only when it is needed: it is work. */
  readonly passwordHash: () => Promise<string>
  /** RFC 8176. A passkey that was just made has shown nothing yet but that somebody is there. */
  readonly amr: readonly string[]
  readonly before: readonly Write[]
  /** For the user to be made. */
  readonly only: Sql
  readonly after: readonly Write[]
  /** Whether they can get in now. */
  readonly isThere: Sql
}

export function byPassword({ id }: Attempt, password: string): WayIn {
  const passwordHash = async () => hashPassword(await argon2id(), password)
  return { id, passwordHash, amr: ['pwd'], before: [], only: always, after: [], isThere: always }
}

/** The id was in the options of the passkey, and is signed in its challenge: nobody chooses one. */
export function byPasskey(
  c: Context,
  { id: attemptId }: Attempt,
  id: string,
  credential: string,
): WayIn | { readonly problem: string } {
  const read = readNewPasskey(c, credential)
  if (read === undefined) return { problem: c.var.messages.passkey.notMade }
  const challenge = challengeOfSignUp(c, id, read.challenge)
  if (challenge === undefined) return { problem: c.var.messages.passkey.late }
  const { DB } = c.env
  const { now, reference } = c.var
  const mine = challengeIsMine(challenge, attemptId)
  const added = hasPasskey(id, attemptId)
  const name = deviceOf(c)
  const event = { id: attemptId, type: 'passkey_added', reference, userId: id, detail: attemptId } as const
  return {
    id,
    passwordHash: async () => noPassword,
    amr: ['user'],
    before: [claimChallenge(DB, challenge, attemptId)],
    only: and(mine, isNewCredential(read.made.credentialId)),
    after: [
      insertPasskey(
        DB,
        { ...read.made, id: attemptId, userId: id, name },
        { most: c.var.config.quotas.passkeys, binding: undefined },
        now,
        mine,
      ),
      insertAuditEvent(DB, event, now, added),
    ],
    isThere: added,
  }
}
