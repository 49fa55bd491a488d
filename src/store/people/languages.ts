import { mailLanguages } from '../../rules/people/mail-language.ts'
import type { Language } from '../../values/language.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, type Row, text, type Write } from '../database.ts'
import { raw, sql, statement } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'

/** The language information of a browser. */
export interface LanguageChoice {
  readonly language: Language
  /** Time of the choice in the menu; 0 when nobody has chosen it. */
  readonly chosenAt: Seconds
}

/**
 * The account remembers the language, unless a newer one is known. Only for a person who is signed in by then: after the
 * session, in the same batch.
 */
export function keepLanguage(
  db: D1Database,
  userId: string,
  session: SecretHash<'session'>,
  { language, chosenAt }: LanguageChoice,
): Write {
  return statement(
    db,
    sql`UPDATE users SET language = ${language}, language_chosen_at = ${chosenAt}
      WHERE id = ${userId} AND EXISTS (SELECT 1 FROM sessions s WHERE s.id_hash = ${session.sha256} AND s.user_id = users.id)
        AND (language_chosen_at < ${chosenAt} OR (language_chosen_at = ${chosenAt} AND language IS NOT ${language}))`,
  )
}

/** The language that the account remembers. */
export function findKeptLanguage(db: D1Database, who: Whose): Query<string | undefined> {
  return {
    statement: statement(db, sql`SELECT language FROM users WHERE id = ${whose(who)}`),
    read: first((row) => optional(text, row, 'language')),
  }
}

/** The languages for a mail to a person, the best first. None for an unknown person. */
export function findMailLanguages(db: D1Database, userId: string): Query<readonly string[]> {
  return {
    statement: statement(db, sql`SELECT ${languageColumns} FROM users WHERE id = ${userId}`),
    read: (rows) => first(readMailLanguages)(rows) ?? [],
  }
}

/** The input of `readMailLanguages` for a user. */
export const languageColumns = raw("language, language_chosen_at, profile ->> 'locale' AS locale")

export function readMailLanguages(row: Row): readonly string[] {
  return mailLanguages({
    language: optional(text, row, 'language'),
    chosenAt: integer(row, 'language_chosen_at'),
    locale: optional(text, row, 'locale'),
  })
}
