/**
 * A problem that the rules found in input: a name for it, and the values of its sentence. The texts have the sentence under
 * that name, in each language.
 */
export type NamedProblem = PersonProblem | FormProblem

/** Problems of people's own data: also during sign-up on the way to an application. */
export type PersonProblem =
  | {
      readonly code:
        | 'usernameMissing'
        | 'usernameLetters'
        | 'usernameMixed'
        | 'usernameAddress'
        | 'emailMissing'
        | 'emailForm'
        | 'passwordCommon'
    }
  | { readonly code: 'tooLong'; readonly most: number }
  | { readonly code: 'tooShort'; readonly least: number }

/** Problems of all other forms. */
export type FormProblem =
  | { readonly code: PlainCode }
  | { readonly code: 'nameLong' | 'addressLong' | 'uriLong'; readonly length: number; readonly most: number }
  | { readonly code: 'nameMixed'; readonly word: string; readonly one: Alphabet; readonly other: Alphabet }
  | { readonly code: 'policyEncryptionKey'; readonly alg: string }
  | { readonly code: 'policyProfile' | 'policyProfileKeys'; readonly profile: string }
  | { readonly code: 'nameScripts'; readonly word: string }
  | { readonly code: 'nameLookalike'; readonly letters: string; readonly alphabet: Alphabet }
  | { readonly code: 'addressLoopback' | 'addressPrivate'; readonly host: string }
  | { readonly code: 'uriScheme' | 'uriSchemeTaken' | 'uriPrivate'; readonly scheme: string }
  | { readonly code: 'uriReserved' | 'addressReserved'; readonly name: string }
  | { readonly code: 'nameTrusted' | 'nameServer'; readonly name: string }
  | { readonly code: 'originMore'; readonly origin: string }
  | { readonly code: 'sectorUnreachable' | 'sectorForm'; readonly url: string }
  | { readonly code: 'sectorMissing'; readonly uri: string; readonly url: string }
  | Line
  | { readonly code: 'linesMany'; readonly what: Listed; readonly lines: number; readonly most: number }
  | { readonly code: 'groupsMany' | 'groupForm' | 'scopesMany' | 'introspectorsMany'; readonly most: number }
  | { readonly code: 'connectionDomain' | 'connectionLine' | 'connectionRole'; readonly name: string }
  | { readonly code: 'scopeColon' | 'scopeMeaning' | 'scopeControl' | 'scopeTwice'; readonly name: string }
  | { readonly code: 'ownerUnknown' | 'introspectorUnknown'; readonly name: string }
  | { readonly code: 'scopeLong'; readonly name: string; readonly most: number }
  | { readonly code: 'scopeLine'; readonly number: number; readonly problem: NamedProblem }
  | { readonly code: 'logoLarge' | 'applicationsMany' | 'applicationsLarge'; readonly most: number }
  | { readonly code: 'clientLarge'; readonly size: number; readonly most: number }
  | LogoSize
  | { readonly code: 'durationRange'; readonly least: string; readonly most: string }

interface LogoSize {
  readonly code: 'logoSize'
  readonly width: number
  readonly height: number
  readonly least: number
  readonly most: number
}

/** One of several values. The text of its problem may name it: `uri`. */
interface Line {
  readonly code: 'line'
  readonly what: Listed
  readonly number: number
  readonly uri: string
  readonly problem: NamedProblem
}

/** Lists typed one per line, and alphabets: names used inside other messages. */
export interface Listed {
  readonly code: 'redirectUri' | 'postLogoutRedirectUri' | 'allowedOrigin'
}
export const alphabetCodes = ['latin', 'cyrillic', 'greek', 'armenian', 'cherokee', 'coptic', 'lisu'] as const
export interface Alphabet {
  readonly code: (typeof alphabetCodes)[number]
}

type PlainCode =
  | Listed['code']
  | Alphabet['code']
  | ProfileCode
  | `name${'Missing' | 'Unseen' | 'Control' | 'Marks'}`
  | `uri${'Characters' | 'Backslash' | 'Wildcard' | 'Fragment' | 'Relative' | 'Credentials' | 'Http'}`
  | `origin${'Form' | 'Wildcard' | 'Scheme'}`
  | 'clientTypeMissing'
  | 'clientTypePublic'
  | 'grantTypeMissing'
  | 'redirectUriMissing'
  | 'passkeyNameMissing'
  | 'durationForm'
  | 'scopeName'
  | 'ownerMissing'
  | 'logoMissing'
  | 'logoType'
  | `policy${'Choice' | 'Scope' | 'Hosts' | 'Pkce' | 'KeysTwice' | 'KeysMissing' | 'Keys' | 'Host' | 'CertificateKeys' | 'EncryptionAlone' | 'Subject' | 'BoundTwice'}`
  | `detail${'Type' | 'Title' | 'Schema'}`
  | `sector${'Proof' | 'Often'}`
  | `address${'Form' | 'Credentials' | 'Fragment' | 'Http' | 'Https' | 'Numeric'}`
  | `connection${'Id' | 'ClientId' | 'Secret' | 'Tenant' | 'Team' | 'KeyId' | 'Key' | 'Openid' | 'Domains' | 'Claim'}`
  | `api${'Identifier' | 'Self' | 'Name'}`

/** Problems of a profile. */
export const profileCodes = [
  'webAddress',
  'dateForm',
  'dateDay',
  'zoneForm',
  'localeForm',
  'phoneForm',
] as const
export type ProfileCode = (typeof profileCodes)[number]

/** With its field. */
export interface FieldProblem<P extends NamedProblem = NamedProblem> {
  readonly field: string
  readonly problem: P
}
