import { mac } from '../secrets/derived-keys.ts'
import type { Session } from '../store/sign-in/sessions.ts'
import { isEqual } from '../values/equal.ts'
import type { Context } from './context.ts'

/** No URL is longer than what every server takes, encoded twice: of more than this nothing is kept. */
const longest = 1500

/**
 * What somebody typed into a form before they had to sign in once more: in the URL that they come back to, signed for them and
 * this page, so that nobody else can fill in a form for them. Never a secret.
 */
export function keepFields(c: Context, session: Session, pairs: URLSearchParams, names: readonly string[]) {
  const typed = new URLSearchParams([...pairs].filter(([name]) => names.includes(name))).toString()
  return typed === '' || typed.length > longest ? undefined : { kept: typed, signed: sign(c, session, typed) }
}

export function keptField(c: Context, session: Session, name: string): string | undefined {
  return keptFields(c, session)?.get(name) ?? undefined
}

/** All of them, for a form in which a field may come many times. Undefined when nothing was kept. */
export function keptFields(c: Context, session: Session): URLSearchParams | undefined {
  const kept = c.req.query('kept')
  if (kept === undefined || !isEqual(c.req.query('signed') ?? '', sign(c, session, kept))) return undefined
  return new URLSearchParams(kept)
}

function sign(c: Context, { user }: Session, typed: string): string {
  return mac(c.var.config.keyEncryptionSecret, 'kept', `${user.id}\n${c.req.path}\n${typed}`)
}
