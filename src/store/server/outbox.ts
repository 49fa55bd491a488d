import type { Mail } from '../../rules/people/mail.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, type Query, text, type Write } from '../database.ts'

/** A mail that was not sent, since this is development. */
export interface KeptMail extends Mail {
  readonly id: string
  readonly createdAt: Seconds
}

export function insertKeptMail(db: D1Database, id: string, mail: Mail, now: Seconds): Write {
  return db
    .prepare(
      `INSERT INTO outbox (id, recipient, subject, text, html, created_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    )
    .bind(id, mail.to, mail.subject, mail.text, mail.html, now)
}

/** The newest first. */
export function listKeptMails(db: D1Database, most: number): Query<readonly KeptMail[]> {
  return {
    statement: db
      .prepare(
        'SELECT id, recipient, subject, text, html, created_at FROM outbox ORDER BY number DESC LIMIT ?',
      )
      .bind(most),
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
