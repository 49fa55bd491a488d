import type account from '../../../../public/messages/account/en.json'
import type admin from '../../../../public/messages/admin/en.json'
import type applications from '../../../../public/messages/applications/en.json'
import type mails from '../../../../public/messages/mails/en.json'
import type playground from '../../../../public/messages/playground/en.json'
import type signIn from '../../../../public/messages/sign-in/en.json'
import type start from '../../../../public/messages/start/en.json'
import type { FormProblem, PersonProblem } from '../../../values/problem.ts'

/** The texts on the way through: signing in, consent, signing out, and failures. Each other language has to match the English ones. */
export type Messages = Omit<typeof signIn, 'problems'> & {
  /** What the rules find wrong with what people enter about themselves. */
  readonly problems: Readonly<Record<PersonProblem['code'], string>>
}

/**
 * The texts of all other pages, by area. English too is a static file, public/messages/{area}/en.json, so that the Worker does not
 * carry them; here is only its type, which the other languages have to match.
 */
export interface Texts {
  readonly account: typeof account
  readonly admin: typeof admin
  readonly applications: typeof applications
  /** What the rules find wrong, by its name. */
  readonly problems: Readonly<Record<FormProblem['code'], string>>
  readonly playground: typeof playground
  readonly start: typeof start
}

/** What mails say. They leave from any page, so they are read when one is written. */
export type MailTexts = typeof mails

/** Each is a folder of public/messages. A new area is added to the type above, and to the test of the texts. */
export type Area = keyof Texts
