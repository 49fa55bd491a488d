import type { Context } from '../../http/context.ts'
import type { ReceivedForm } from '../../http/own-form.ts'
import { readProvenForm } from '../../http/sign-in/require-session.ts'
import type { Attempt } from '../../secrets/form-key.ts'
import type { Act } from '../../store/guards.ts'
import type { Session } from '../../store/sign-in/sessions.ts'

/** A form that somebody of the administration sent. */
export interface AdminForm {
  readonly session: Session
  readonly pairs: ReceivedForm['pairs']
  readonly attempt: Attempt | undefined
}

/** Of an administrator, with a new proof. */
export function readProvenAdminForm(c: Context, kept: readonly string[] = []): Promise<AdminForm | Response> {
  return readProvenForm(c, kept, 'administer')
}

export function actOf(session: Session, attempt: Attempt): Act {
  return { actorId: session.user.id, attemptId: attempt.id }
}

/** Of the path, where it is about somebody. */
export function userIdOf(c: Context): string {
  return c.req.param('userId') ?? ''
}
