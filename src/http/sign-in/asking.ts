import type { Doing } from '../../acts/act.ts'
import type { Attempt } from '../../secrets/form-key.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Problem } from '../../ui/forms/fields.tsx'
import type { Context } from '../context.ts'
import { keptFields, readUndo } from '../kept-fields.ts'
import { staleForm } from '../own-form.ts'
import { receiveForm, requireSession } from './require-session.ts'

/** A valid form: its sender, the input, and its attempt. */
export interface OwnForm {
  readonly session: Session
  readonly pairs: URLSearchParams
  readonly attempt: Attempt
}

/** The state in which a form is shown. */
export interface Shown {
  /** The input: from before a problem was found, or before the person had to sign in again. */
  readonly typed?: URLSearchParams | undefined
  readonly problem?: string | undefined
  readonly problems?: readonly Problem[]
}

interface SavedForm<Form> {
  readonly saved: Form
  /** The saved values, in the fields that the form is read from. */
  readonly written: URLSearchParams
  readonly read: (typed: URLSearchParams) => Form
  readonly texts: { readonly undoText: string; readonly undoChanged: string }
}

/**
 * The form of something saved: as it is now, as it was typed, or with the values from before a change. Those are only shown while
 * nobody has saved another change. `notice`: that the form undoes one.
 */
export function formToShow<Form>(
  c: Context,
  session: Session,
  { typed, problem }: Shown,
  { saved, written, read, texts }: SavedForm<Form>,
) {
  const undo = readUndo(c, session, typed, written)
  return {
    form: typed === undefined || undo === 'outdated' ? saved : read(typed),
    problem: undo === 'outdated' ? texts.undoChanged : problem,
    notice: undo === 'possible' && texts.undoText,
  }
}

export interface Asking<C extends Context> {
  /** Fields that are filled in again after the person had to sign in again. Never secrets. */
  readonly kept?: readonly string[] | ((sent: URLSearchParams) => readonly string[])
  /** Shows the page with the form. The status is 400 when there is a problem. */
  readonly ask: (c: C, session: Session, shown: Shown) => Response | Promise<Response>
  /** Executes it. A form sent twice arrives here twice, with the same attempt. */
  readonly act: (c: C, form: OwnForm) => Response | Promise<Response>
}

/** A page that asks first: GET shows the form, POST executes it. A form that is outdated, or of another person, is shown again. */
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

/** The part of a request that acts need. */
export function doingOf(c: Context, { session, attempt }: Pick<OwnForm, 'session' | 'attempt'>): Doing {
  const { reference, now } = c.var
  return { db: c.env.DB, act: { actorId: session.user.id, attemptId: attempt.id }, reference, now }
}

/** The status of the page that `ask` shows. */
export function statusOf({ problem, problems = [] }: Shown): 200 | 400 {
  return problem === undefined && problems.length === 0 ? 200 : 400
}
