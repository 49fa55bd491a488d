import { isMacOf, mac } from '../secrets/derived-keys.ts'
import type { Session } from '../store/sign-in/sessions.ts'
import { type Context, pathWith } from './context.ts'

/** Encoded twice, the URL stays within the limit of every server: longer input is not kept. */
const longest = 1500

/**
 * Input typed into a form before the person had to sign in again: it is in the URL that they return to, signed for them and
 * this page, so that nobody else can fill in a form for them. Never a secret.
 */
export function keepFields(c: Context, session: Session, pairs: URLSearchParams, names: readonly string[]) {
  const typed = new URLSearchParams([...pairs].filter(([name]) => names.includes(name))).toString()
  return typed === '' || typed.length > longest
    ? undefined
    : { kept: typed, signed: mac(c.var.config.keyEncryptionSecret, 'kept', textOf(c, session, typed)) }
}

export function keptField(c: Context, session: Session, name: string): string | undefined {
  return keptFields(c, session)?.get(name) ?? undefined
}

/** All of them, for a form in which a field may be repeated. Undefined when nothing was kept. */
export function keptFields(c: Context, session: Session): URLSearchParams | undefined {
  const kept = c.req.query('kept')
  if (kept === undefined) return undefined
  const isOurs = isMacOf(c.var.config.keyRing, 'kept', textOf(c, session, kept), c.req.query('signed') ?? '')
  if (!isOurs) return undefined
  return new URLSearchParams(kept)
}

function textOf(c: Context, { user }: Session, typed: string): string {
  return `${user.id}\n${c.req.path}\n${typed}`
}

/**
 * The parameters of a link that undoes a saved form: the same form opens with the values from before. `after`: what was saved,
 * so that nobody's later change is lost. `write`: a form in the fields that it is read from. Undefined when there was no form
 * before, nothing has changed, or the values are too long for a URL.
 */
export function keepUndo<Form>(
  c: Context,
  session: Session,
  before: Form | undefined,
  after: Form | undefined,
  write: (form: Form) => URLSearchParams,
) {
  if (before === undefined || after === undefined) return undefined
  const [undo, saved] = [write(before), `${write(after)}`]
  if (`${undo}` === saved) return undefined
  const mark = mac(c.var.config.keyEncryptionSecret, 'kept', textOf(c, session, saved))
  undo.set('undo_of', mark)
  return keepFields(c, session, undo, [...undo.keys()])
}

/** Whether kept fields are those of `keepUndo`, and whether the values are still what was saved then (`now`). */
export function readUndo(
  c: Context,
  session: Session,
  kept: URLSearchParams | undefined,
  now: URLSearchParams,
): 'possible' | 'outdated' | undefined {
  const mark = kept?.get('undo_of') ?? undefined
  if (mark === undefined) return undefined
  const isSame = isMacOf(c.var.config.keyRing, 'kept', textOf(c, session, now.toString()), mark)
  return isSame ? 'possible' : 'outdated'
}

/** The link of `keepUndo`, on the page after the form. Whether it is ours is for the form to check. */
export function undoLink(c: Context, form: string): string | undefined {
  const { kept, signed } = c.req.query()
  return kept === undefined || signed === undefined ? undefined : pathWith(form, { kept, signed })
}
