import type { Doing } from '../../acts/act.ts'
import type { Attempt } from '../../secrets/form-key.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Problem } from '../../ui/forms/fields.tsx'
import type { Context } from '../context.ts'
import { keptFields } from '../kept-fields.ts'
import { staleForm } from '../own-form.ts'
import { receiveForm, requireSession } from './require-session.ts'

/** A form that is done now: who sent it, what was typed, and the attempt that it is. */
export interface OwnForm {
  readonly session: Session
  readonly pairs: URLSearchParams
  readonly attempt: Attempt
}

/** What a form is shown with. */
export interface Shown {
  /** What was typed: before a problem was found, or before the person had to sign in once more. */
  readonly typed?: URLSearchParams | undefined
  readonly problem?: string | undefined
  readonly problems?: readonly Problem[]
}

export interface Asking<C extends Context> {
  /** Fields that are filled in again after the person had to sign in once more. Never secrets. */
  readonly kept?: readonly string[] | ((sent: URLSearchParams) => readonly string[])
  /** Shows the page with the form. Its answer is 400 when there is a problem. */
  readonly ask: (c: C, session: Session, shown: Shown) => Response | Promise<Response>
  /** Does it. A form sent twice comes here twice, with the same attempt. */
  readonly act: (c: C, form: OwnForm) => Response | Promise<Response>
}

/** A page that asks first: GET shows the form, POST does it. A form that is too old, or somebody else's, is shown again. */
export function asking<C extends Context>({ kept = [], ask, act }: Asking<C>) {
  return {
    get: async (c: C): Promise<Response> => {
      const session = await requireSession(c)
      return session instanceof Response ? session : ask(c, session, { typed: keptFields(c, session) })
    },
    post: async (c: C): Promise<Response> => {
      const form = await receiveForm(c, kept)
      if (form instanceof Response) return form
      const { session, pairs, attempt } = form
      if (attempt === undefined) return ask(c, session, { typed: pairs, problem: staleForm(c) })
      return act(c, { session, pairs, attempt })
    },
  }
}

/** What the acts need of a request. */
export function doingOf(c: Context, { session, attempt }: Pick<OwnForm, 'session' | 'attempt'>): Doing {
  const { reference, now } = c.var
  return { db: c.env.DB, act: { actorId: session.user.id, attemptId: attempt.id }, reference, now }
}

/** Of the page that `ask` shows. */
export function statusOf({ problem, problems = [] }: Shown): 200 | 400 {
  return problem === undefined && problems.length === 0 ? 200 : 400
}
