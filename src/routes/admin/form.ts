import type { Context } from '../../http/context.ts'
import type { Attempt } from '../../secrets/form-key.ts'
import type { Act } from '../../store/guards.ts'
import type { Session } from '../../store/sign-in/sessions.ts'

export function actOf(session: Session, attempt: Attempt): Act {
  return { actorId: session.user.id, attemptId: attempt.id }
}

/** Of the path, where it is about somebody. */
export function userIdOf(c: Context): string {
  return c.req.param('userId') ?? ''
}
