import type { Mail } from '../protocol/mail.ts'

/** Says what to do, then where. */
export interface LetterLink {
  readonly label: string
  readonly url: string
}

export interface Letter {
  readonly subject: string
  /** In the order of reading. */
  readonly parts: readonly (string | LetterLink)[]
}

/** The same words twice: plain text, and HTML that needs no style. */
export function writeMail(to: string, { subject, parts }: Letter): Mail {
  const text = parts.map((part) => (typeof part === 'string' ? part : `${part.label}:\n${part.url}`))
  return { to, subject, text: `${text.join('\n\n')}\n`, html: `<!DOCTYPE html>${<Html parts={parts} />}` }
}

function Html({ parts }: Pick<Letter, 'parts'>) {
  return (
    <html lang="en">
      <body>
        {parts.map((part) =>
          typeof part === 'string' ? (
            <p>{part}</p>
          ) : (
            <p>
              {part.label}: <a href={part.url}>{part.url}</a>
            </p>
          ),
        )}
      </body>
    </html>
  )
}
