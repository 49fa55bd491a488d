import type { ProviderAnswer } from '../../acts/sign-in/provider-answer.ts'
import type { Connection } from '../../rules/sign-in/connection.ts'
import type { ProviderSignIn } from '../../rules/sign-in/proof.ts'
import type { ProviderAttempt } from '../../rules/sign-in/provider-attempt.ts'
import type { Provided } from '../../rules/sign-in/provider-claims.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Context } from '../context.ts'

/** A verified answer of a provider, in the browser that asked for it. It was used up just now: it arrives here once. */
export interface Returned {
  readonly connection: Connection
  readonly attempt: ProviderAttempt
  /** The claims as they came. */
  readonly answer: ProviderAnswer
  /** The same, as the connection maps them. */
  readonly provided: Provided
  /** For a session. */
  readonly at: ProviderSignIn
  /** The person who is signed in here now; possibly another one than when it began (`attempt.userId`). */
  readonly session: Session | undefined
}

/** One purpose of a visit to a provider: whether it may begin, and what follows. */
export interface PurposeRules {
  /** Whether a new sign-in at the provider is required. */
  readonly isFresh: boolean
  /** An answer instead of the visit: the person has to sign in first, or may not. */
  readonly refuse: (
    c: Context,
    connection: Connection,
    session: Session | undefined,
  ) => Response | undefined | Promise<Response | undefined>
  readonly end: (c: Context, returned: Returned) => Promise<Response> | Response
}
