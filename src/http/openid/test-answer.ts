import type { Claims } from '../../rules/sign-in/provider-claims.ts'
import { openTestAnswer } from '../../secrets/sign-in/test-answer.ts'
import { findTestAnswer } from '../../store/openid/test-answers.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { isObject, parseJson } from '../../values/json.ts'
import type { Context } from '../context.ts'

/** The answer to the test that the URL names, if this session made it, and it has not expired. */
export async function readTestAnswer(
  c: Context,
  { sid }: Session,
  connectionId: string,
): Promise<Claims | undefined> {
  const id = c.req.query('answer') ?? ''
  if (!/^[A-Za-z0-9_-]{22}$/.test(id)) return undefined
  const sealed = await findTestAnswer(c.env.CODES, id)
  if (sealed === undefined) return undefined
  const claims = parseJson((await openTestAnswer(c.var.config.keyRing, sid, connectionId, sealed)) ?? '')
  return isObject(claims) ? claims : undefined
}
