import type { Subject } from '../../store/sign-in/identities.ts'
import type { Context } from '../context.ts'

/** An identity in a path: a provider may choose any text as the subject. */
export function identityKey({ connectionId, subject }: Subject): string {
  return Buffer.from(`${connectionId}\n${subject}`, 'utf8').toString('base64url')
}

/** The identity in the path, whom the page is about. It may not exist. */
export function identityOf(c: Context): Subject {
  const named = Buffer.from(c.req.param('identity') ?? '', 'base64url').toString('utf8')
  const [connectionId = '', ...subject] = named.split('\n')
  return { connectionId, subject: subject.join('\n') }
}
