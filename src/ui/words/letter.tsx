import type { Mail } from '../../rules/people/mail.ts'
import type { Role } from '../../rules/people/role.ts'
import type { Language } from '../../values/language.ts'
import { fillText } from './fill.tsx'
import { directionOf, type MailTexts } from './messages/index.ts'

/** A mail: its template and the values it uses. Every template may also use the issuer and the requesting device. */
export type Letter =
  | { readonly name: 'invitation'; readonly inviter: string; readonly url: string }
  /** To the address that an administrator replaced. The administrator's device and address are not disclosed. */
  | { readonly name: 'emailReplaced' | 'suspended' | 'deleted' | 'test'; readonly username: string }
  /** To a person whose factors will be removed at that time unless they stop it. */
  | { readonly name: 'removalAsked'; readonly username: string; readonly time: string; readonly url: string }
  | { readonly name: 'roleChanged'; readonly username: string; readonly role: Role; readonly url: string }
  /** To an administrator. `number`: of applications, like “3” or “100+”. */
  | {
      readonly name: 'applicationsWait'
      readonly username: string
      readonly number: string
      readonly url: string
    }
  /** To a person whom an application asks to sign in to it. */
  | {
      readonly name: 'signInAsked'
      readonly username: string
      readonly application: string
      readonly url: string
    }
  /** To the developer who owns an application that an administrator looked at. */
  | {
      readonly name: 'applicationApproved' | 'applicationRefused'
      readonly username: string
      readonly application: string
      readonly url: string
    }
  | { readonly name: LetterToUser; readonly username: string; readonly url: string }

type LetterToUser =
  | 'passwordReset'
  | 'passwordWasReset'
  | 'signUp'
  | 'emailLink'
  /** To the address that is about to be replaced. */
  | 'emailChange'
  /** To the owner of a confirmed address that another person gave for an account. */
  | 'emailTaken'
  /** To a person whose account an administrator created. */
  | 'accountMade'
  | 'locked'
  /** To a person whose password is known to somebody who is guessing codes. */
  | 'codesGuessed'
  /** To a person whose password, passkey or authenticator app was just added, changed or removed. */
  | 'waysChanged'
  /** To a person whose factors an administrator reset. */
  | 'factorsReset'
  /** To a person whose factors are kept after their removal was requested. */
  | 'removalStopped'
  /** To a person whose suspension was lifted. */
  | 'resumed'

/** The stored parts of a secret by which its owner can identify it. */
interface LetterText {
  readonly subject: string
  readonly above: string
  readonly link?: string
  readonly below?: string
}

export interface Occasion {
  readonly issuer: string
  /** Like “Firefox on Windows, 203.0.113.7”. */
  readonly asker: string
}

type Part = string | { readonly label: string; readonly url: string }

/** The same text twice: plain text, and HTML that needs no style. */
export function writeMail(
  to: string,
  letter: Letter,
  occasion: Occasion,
  texts: MailTexts,
  language: Language,
): Mail {
  const { subject, above, link, below }: LetterText = texts[letter.name]
  const mentioned = { ...occasion, ...letter, ...('role' in letter && { role: texts.roles[letter.role] }) }
  const write = (text = '') =>
    text === '' ? [] : text.split('\n\n').map((part) => fillText(part, mentioned))
  const parts: readonly Part[] = [
    ...write(above),
    ...(link !== undefined && 'url' in letter
      ? [{ label: texts.link.replace('{label}', link), url: letter.url }]
      : []),
    ...write(below),
  ]
  const text = parts.map((part) => (typeof part === 'string' ? part : `${part.label}\n${part.url}`))
  const html = `<!DOCTYPE html>${<Html language={language} parts={parts} />}`
  return { to, subject, text: `${text.join('\n\n')}\n`, html }
}

function Html({ language, parts }: { readonly language: Language; readonly parts: readonly Part[] }) {
  return (
    <html lang={language} dir={directionOf(language)}>
      <body>
        {parts.map((part) =>
          typeof part === 'string' ? (
            <p>{part}</p>
          ) : (
            <p>
              {part.label} <a href={part.url}>{part.url}</a>
            </p>
          ),
        )}
      </body>
    </html>
  )
}
