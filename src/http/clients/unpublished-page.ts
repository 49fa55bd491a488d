import type { Session } from '../../store/sign-in/sessions.ts'
import type { Context } from '../context.ts'
import { onceMore, refusePage } from '../pages.tsx'
import type { Unpublished } from './metadata-document.ts'

/** For a signed-in person: why the application that they came for can't be shown now. */
export function refuseUnpublished(c: Context, session: Session, { unpublished, reason }: Unpublished) {
  const { failure } = c.var.messages
  const advice = unpublished === 'unreachable' ? failure.documentUnreachable : failure.documentInvalid
  const status = unpublished === 'unreachable' ? 503 : 400
  return refusePage(c, session, status, failure.document, advice, {
    reason,
    onward: onceMore(c),
    explained: 'document',
  })
}
