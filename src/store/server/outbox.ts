import type { Mail } from '../../rules/people/mail.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, type Query, text, type Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** A mail that was not sent, in development. */
export interface KeptMail extends Mail {
  readonly id: string
  readonly createdAt: Seconds
}

export function insertKeptMail(db: D1Database, id: string, mail: Mail, now: Seconds): Write {
  return statement(
    db,
    sql`INSERT INTO outbox (id, recipient, subject, text, html, created_at)
      VALUES (${id}, ${mail.to}, ${mail.subject}, ${mail.text}, ${mail.html}, ${now})
      ON CONFLICT DO NOTHING`,
  )
}

/** The newest first. */
export function listKeptMails(db: D1Database, most: number): Query<readonly KeptMail[]> {
  return {
    statement: statement(
      db,
      sql`SELECT id, recipient, subject, text, html, created_at FROM outbox ORDER BY number DESC LIMIT ${most}`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        id: text(row, 'id'),
        to: text(row, 'recipient'),
        subject: text(row, 'subject'),
        text: text(row, 'text'),
        html: text(row, 'html'),
        createdAt: integer(row, 'created_at'),
      })),
  }
}
