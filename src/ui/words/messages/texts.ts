import type account from '../../../../public/messages/account/en.json'
import type admin from '../../../../public/messages/admin/en.json'
import type applications from '../../../../public/messages/applications/en.json'
import type connections from '../../../../public/messages/connections/en.json'
import type mails from '../../../../public/messages/mails/en.json'
import type playground from '../../../../public/messages/playground/en.json'
import type signIn from '../../../../public/messages/sign-in/en.json'
import type start from '../../../../public/messages/start/en.json'
import type { FormProblem, PersonProblem } from '../../../values/problem.ts'
import type { Plural } from '../plural.ts'

/** The texts of a language, by the English ones: where English has two forms for a number, another language has its own. */
type Translated<T> = T extends string
  ? string
  : T extends { readonly one: string; readonly other: string }
    ? Plural
    : { readonly [K in keyof T]: Translated<T[K]> }

/**
 * The texts on the way to a client: signing in, consent, signing out, and failures. Each other language must match the English
 * ones.
 */
export type Messages = Translated<Omit<typeof signIn, 'problems'>> & {
  /** Problems of people's own data. */
  readonly problems: Readonly<Record<PersonProblem['code'], string | Plural>>
}

/**
 * The texts of all other pages, by area. English too is a static file, public/messages/{area}/en.json, so that the Worker does
 * not contain them; only their type is here, which the other languages must match.
 */
export interface Texts {
  readonly account: Translated<typeof account>
  readonly admin: Translated<typeof admin>
  readonly applications: Translated<typeof applications>
  readonly connections: Translated<typeof connections>
  /** Problems that the rules find, by name. */
  readonly problems: Readonly<Record<FormProblem['code'], string | Plural>>
  readonly playground: Translated<typeof playground>
  readonly start: Translated<typeof start>
}

/** The texts of mails. Any page may send one, so they are read when one is written. */
export type MailTexts = typeof mails

/** Each is a folder of public/messages. A new area is added to the type above, and to the test of the texts. */
export type Area = keyof Texts
