import { type Provider, readProviderAnswer } from '../../acts/sign-in/provider-answer.ts'
import { believedAmr } from '../../rules/openid/provider-methods.ts'
import { signInTime } from '../../rules/openid/provider-time.ts'
import type { Connection } from '../../rules/sign-in/connection.ts'
import type { ProviderAttempt } from '../../rules/sign-in/provider-attempt.ts'
import { type Claims, readProvided } from '../../rules/sign-in/provider-claims.ts'
import { sealKeptIdToken } from '../../secrets/sign-in/kept-id-token.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Context } from '../context.ts'
import { signingKeys } from '../tokens/signing.ts'
import { callingOf, redirectUriOf } from './provider-calling.ts'
import type { Fault } from './provider-failed.ts'
import type { Returned } from './purpose.ts'

interface Coming {
  readonly connection: Connection
  readonly attempt: ProviderAttempt
  readonly provider: Provider
  readonly session: Session | undefined
  readonly code: string
}

/** An answer that nobody can be signed in with. */
interface Unreadable {
  readonly fault: Fault
  readonly reason: string
  /** A valid answer, but the connection does not find the person in it. */
  readonly claims?: Claims
}

/** Exchanges the code, and verifies and maps the answer. */
export async function readReturned(
  c: Context,
  { connection, attempt, provider, session, code }: Coming,
): Promise<Returned | Unreadable> {
  const { config, now } = c.var
  const asking = {
    calling: callingOf(c),
    ring: config.keyRing,
    signer: async () => (await signingKeys(c)).signer('RS256', now),
    redirectUri: redirectUriOf(c, connection),
  }
  const answer = await readProviderAnswer(asking, connection, provider, attempt, code)
  if ('fault' in answer) return answer
  const provided = readProvided(answer.claims, connection.settings.claims)
  if (provided === undefined)
    return { fault: 'invalid', reason: 'There is no subject', claims: answer.claims }
  const { sid, auth_time } = answer.signIn
  const time = signInTime(auth_time, attempt, now)
  if (time === undefined) return { fault: 'notFresh', reason: 'auth_time is too long ago' }
  const at = {
    ...time,
    connectionId: connection.id,
    subject: provided.subject,
    sid: typeof sid === 'string' && sid.length <= 255 ? sid : undefined,
    amr: connection.settings.believesAcr ? believedAmr(answer.signIn) : [],
    idToken:
      provider.metadata?.endSessionEndpoint &&
      (await sealKeptIdToken(config.keyEncryptionSecret, answer.idToken)),
  }
  return { connection, attempt, answer, provided, at, session }
}
