import type { FieldProblem, Listed, NamedProblem } from '../../values/problem.ts'
import { answerParameters, parseRedirectUri, signedOutParameters } from '../requests/redirect-uri.ts'
import {
  type Client,
  type ClientType,
  clientTypes,
  isRegisteredFor,
  type RegisteredGrantType,
  registeredGrantTypes,
} from './client.ts'
import { parseClientName } from './name.ts'
import { parseOrigin } from './origin.ts'

/** The application form as submitted. */
export interface ClientForm {
  readonly name: string
  readonly clientType: string
  readonly grantType: string
  readonly furtherGrantTypes: readonly string[]
  readonly redirectUris: string
  readonly postLogoutRedirectUris: string
  readonly allowedOrigins: string
}

/** The settings that a developer decides. */
export type ClientSettings = Pick<
  Client,
  | 'name'
  | 'type'
  | 'grantType'
  | 'furtherGrantTypes'
  | 'redirectUris'
  | 'postLogoutRedirectUris'
  | 'allowedOrigins'
>

const mostLines = 20
const longestLine = 2000

export const emptyClientForm: ClientForm = {
  name: '',
  clientType: 'confidential',
  grantType: 'authorization-code',
  furtherGrantTypes: [],
  redirectUris: '',
  postLogoutRedirectUris: '',
  allowedOrigins: '',
}

/** A client as shown in its form. */
export function clientForm(client: ClientSettings): ClientForm {
  return {
    name: client.name,
    clientType: client.type,
    grantType: client.grantType,
    furtherGrantTypes: client.furtherGrantTypes,
    redirectUris: client.redirectUris.join('\n'),
    postLogoutRedirectUris: client.postLogoutRedirectUris.join('\n'),
    allowedOrigins: client.allowedOrigins.join('\n'),
  }
}

/**
 * Every problem at once, in the order of the fields, so that a form is returned only once. Scripts rely on the field names.
 * `nameBefore`: the current name, if there is one.
 */
export function parseClientForm(
  form: ClientForm,
  nameBefore?: string,
): { readonly settings: ClientSettings } | { readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = []
  const note = (field: string) => (problem: NamedProblem) => void problems.push({ field, problem })
  const { name, problem } = parseClientName(form.name, nameBefore)
  if (problem !== undefined) note('name')(problem)
  const type = parseType(form.clientType, note('client_type'))
  const grantType = parseGrantType(form.grantType, note('authorization_grant_type'))
  // While the type is unknown, an address is refused only for a problem that both types share.
  const address = (reserved: readonly string[]) => (line: string) =>
    parseRedirectUri(line, type ?? 'public', reserved)
  const furtherGrantTypes = registeredGrantTypes.filter(
    (known) => known !== grantType && form.furtherGrantTypes.includes(known),
  )
  const registered = grantType === undefined ? undefined : { grantType, furtherGrantTypes }
  if (registered !== undefined && isRegisteredFor(registered, 'client-credentials') && type === 'public') {
    // RFC 6749 §4.4: for confidential clients only, since the secret is the only credential.
    note('client_type')({ code: 'clientTypePublic' })
  }
  const redirectUris = parseLines(
    'redirectUri',
    form.redirectUris,
    address(answerParameters),
    note('redirect_uris'),
  )
  const sendsBack = registered === undefined || isRegisteredFor(registered, 'authorization-code')
  if (form.redirectUris.trim() === '' && sendsBack) {
    note('redirect_uris')({ code: 'redirectUriMissing' })
  }
  const postLogoutRedirectUris = parseLines(
    'postLogoutRedirectUri',
    form.postLogoutRedirectUris,
    address(signedOutParameters),
    note('post_logout_redirect_uris'),
  )
  const allowedOrigins = parseLines('allowedOrigin', form.allowedOrigins, readOrigin, note('allowed_origins'))
  if (problems.length > 0 || type === undefined || registered === undefined) return { problems }
  return { settings: { name, type, ...registered, redirectUris, postLogoutRedirectUris, allowedOrigins } }
}

type Note = (problem: NamedProblem) => void

function parseType(typed: string, note: Note): ClientType | undefined {
  const type = clientTypes.find((known) => known === typed)
  if (type === undefined) note({ code: 'clientTypeMissing' })
  return type
}

function parseGrantType(typed: string, note: Note): RegisteredGrantType | undefined {
  const grantType = registeredGrantTypes.find((known) => known === typed)
  if (grantType === undefined) note({ code: 'grantTypeMissing' })
  return grantType
}

type ParsedLine = { readonly uri: string } | { readonly problem: NamedProblem }

function readOrigin(line: string): ParsedLine {
  const parsed = parseOrigin(line)
  return 'origin' in parsed ? { uri: parsed.origin } : parsed
}

/** One value per line. Empty lines are skipped but counted, so that line numbers match those of an editor. */
function parseLines(
  code: Listed['code'],
  typed: string,
  parse: (line: string) => ParsedLine,
  note: Note,
): readonly string[] {
  const what = { code }
  const values = new Set<string>()
  const lines = typed.split(/\r\n|\r|\n/).map((line) => line.trim())
  const filled = lines.filter((line) => line !== '').length
  if (filled > mostLines) {
    note({ code: 'linesMany', what, lines: filled, most: mostLines })
    return []
  }
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const parsed = line.length > longestLine ? tooLong(line) : parse(line)
    if ('uri' in parsed) values.add(parsed.uri)
    else note({ code: 'line', what, number: index + 1, uri: excerpt(line), problem: parsed.problem })
  }
  return [...values]
}

function tooLong(line: string): ParsedLine {
  return { problem: { code: 'uriLong', length: line.length, most: longestLine } }
}

/** Enough to recognize the line; invisible characters are marked. */
function excerpt(line: string): string {
  const plain = line.replaceAll(/[^\x21-\x7e]/gu, '·')
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain
}
