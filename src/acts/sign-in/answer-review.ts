import { hasAuditEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { answerReview, type ReviewAnswer } from '../../store/sign-in/reviews.ts'
import type { Seconds } from '../../values/time.ts'

/**
 * The answer of a person who reviewed the other ways into their account after a password reset. The caller checks the right: it
 * needs the highest level of the account. Returns whether this answer counted; otherwise another one was first.
 */
export async function closeReview(db: D1Database, answer: ReviewAnswer, now: Seconds): Promise<boolean> {
  const { counted } = await write(db, answerReview(db, answer, now), {
    counted: hasAuditEvent(db, answer.attemptId),
  })
  return counted
}
