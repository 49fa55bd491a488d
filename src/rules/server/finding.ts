import type { Seconds } from '../../values/time.ts'

/** The result of one check, by name: the texts have the sentences under these names, in each language. A bad result has a fix. */
export interface Finding<S = Subject, F = Found, X = Fix> {
  readonly subject: S
  readonly verdict: 'good' | 'warning' | 'bad'
  readonly found: F
  readonly fix?: X
  readonly values: FindingValues
}

/** Values in the sentences. */
export interface FindingValues {
  readonly [name: string]: string | number | undefined
  readonly value?: string
  /** The number for a sentence with several forms. */
  readonly count?: number
  /** Written in words, like 3 hours. */
  readonly lasting?: Seconds
}

export type Subject =
  | 'issuer'
  | 'cors'
  | 'schema'
  | 'keys'
  | 'key'
  | 'secrets'
  | 'schedule'
  | 'audit'
  | 'passwords'
  | 'usernames'
  | 'administrator'
  | 'database'

/** `value`: the value alone is the whole sentence. */
export type Found =
  | 'value'
  | 'administrator'
  | 'noAdministrator'
  | `schema${'Later' | 'Old' | 'None'}`
  | `keys${'None' | 'Closed'}`
  | `secrets${'One' | 'Lost' | 'Sealing' | 'People' | 'Tokens' | 'Spare'}`
  | `key${'None' | 'Signs' | 'Late'}`
  | 'schedule'
  | `schedule${'Local' | 'Never' | 'Late' | 'Failed' | 'Behind'}`
  | 'audit'
  | `audit${'Broken' | 'Waits'}`
  | `database${'Unknown' | 'Size' | 'Grows'}`
  | 'passwords'
  | 'usernames'
  | 'passwordsOther'
  | 'usernamesFaulty'
  | 'issuerUnset'
  | `cors${'Open' | 'Closed'}`

export type Fix =
  | 'openLink'
  | 'migrate'
  | 'secretBack'
  | 'secretWait'
  | 'secretPeople'
  | 'secretRemove'
  | 'seeSchedule'
  | 'seeLog'
  | 'seePlan'
  | 'verify'
  | 'makeRoom'
  | 'seeUpgrade'
  | 'removeCors'

/** Visible only from outside: only `npm run doctor` reports it. */
export type RemoteSubject = Subject | 'settings' | 'transport' | 'clock' | 'mail'
export type RemoteFound =
  | Found
  | 'settingUnknown'
  | 'settingMistyped'
  | 'noMetadata'
  | 'otherIssuer'
  | 'notHttps'
  | 'keysPublished'
  | 'keysUnpublished'
  | 'corsRefused'
  | 'clock'
  | 'clockOff'
  | `mail${'Taken' | 'Refused' | 'Stays' | 'Elsewhere'}`
export type RemoteFix =
  | Fix
  | 'isDeployed'
  | 'setIssuer'
  | 'useHttps'
  | 'openKeys'
  | 'correctSetting'
  | 'seeSettings'
  | 'setClock'
  | 'setMail'
  | 'sendThere'
export type RemoteFinding = Finding<RemoteSubject, RemoteFound, RemoteFix>

export function good<const S, const F>(
  subject: S,
  found: F,
  values: FindingValues = {},
): Finding<S, F, never> {
  return { subject, verdict: 'good', found, values }
}

export function warning<const S, const F, const X>(
  subject: S,
  found: F,
  fix: X,
  values: FindingValues = {},
): Finding<S, F, X> {
  return { subject, verdict: 'warning', found, fix, values }
}

export function bad<const S, const F, const X>(
  subject: S,
  found: F,
  fix: X,
  values: FindingValues = {},
): Finding<S, F, X> {
  return { subject, verdict: 'bad', found, fix, values }
}
