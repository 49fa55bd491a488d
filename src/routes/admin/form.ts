import type { Context } from '../../http/context.ts'
import { type ReceivedForm, readForm } from '../../http/own-form.ts'
import { readProvenForm, requirePermission } from '../../http/sign-in/require-session.ts'
import type { Permission } from '../../rules/people/role.ts'
import type { Attempt } from '../../secrets/form-key.ts'
import type { Act } from '../../store/guards.ts'
import type { Session } from '../../store/sign-in/sessions.ts'

/** A form that somebody of the administration sent. */
export interface AdminForm {
  readonly session: Session
  readonly pairs: ReceivedForm['pairs']
  readonly attempt: Attempt | undefined
}

export async function readAdminForm(
  c: Context,
  permission: Permission = 'administer',
): Promise<AdminForm | Response> {
  const session = await requirePermission(c, permission)
  if (session instanceof Response) return session
  const received = await readForm(c, session)
  return received instanceof Response ? received : { session, ...received }
}

/** The same for what does something to people, applications or keys. */
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
