import {
  type Client,
  defaultClientOpenid,
  defaultClientPolicy,
  isForPeople,
} from '../../src/rules/clients/client.ts'
import { parseClientName } from '../../src/rules/clients/name.ts'
import { parseOrigin } from '../../src/rules/clients/origin.ts'
import { parseRedirectUri, signedOutParameters } from '../../src/rules/requests/redirect-uri.ts'
import { problemText } from '../../src/ui/words/problem-text.ts'
import type { NamedProblem } from '../../src/values/problem.ts'
import { problemTexts } from '../texts/admin.ts'
import type { ImportedApplication, LeftOut } from './records.ts'

export interface ReadApplications {
  readonly clients: readonly Client[]
  /** The id here of each application, by the name that consents use. */
  readonly ids: ReadonlyMap<string, string>
}

/** Applies our rules to applications of another server. They belong to one person, and are trusted like any new one. */
export function readApplications(
  applications: readonly ImportedApplication[],
  ownerId: string,
  leftOut: LeftOut[],
  now: number,
): ReadApplications {
  const clients: Client[] = []
  const ids = new Map<string, string>()
  for (const application of applications) {
    const note = (why: string) => leftOut.push({ what: application.name, why })
    const read = readApplication(application, ownerId, now, note)
    if (typeof read === 'string') {
      note(read)
      continue
    }
    ids.set(application.ref, read.id)
    clients.push(read)
    if (read.type === 'confidential')
      note('its secret is not imported: create one on its page, and give it to the application')
  }
  return { clients, ids }
}

function readApplication(
  application: ImportedApplication,
  ownerId: string,
  now: number,
  note: (why: string) => void,
): Client | string {
  const { id, isPublic, grantTypes } = application
  const { name, problem } = parseClientName(application.name)
  if (problem !== undefined) return `its name is invalid here: ${words(problem)}`
  if (!/^[A-Za-z0-9_.~][A-Za-z0-9_.~-]{0,127}$/.test(id))
    return 'its client_id is invalid here: A-Z a-z 0-9 _ . ~ -'
  const [grantType, ...furtherGrantTypes] = grantTypes
  if (grantType === undefined) return 'it has no supported flow'
  if (isPublic && grantTypes.includes('client-credentials'))
    return 'a public application can’t act for itself'
  const type = isPublic ? 'public' : 'confidential'
  const keep = (uris: readonly string[], check: (uri: string) => object, what: string) =>
    [...new Set(uris)].filter((uri) => {
      const checked = check(uri)
      // The checks of lines return one of two types.
      if ('problem' in checked) note(`a ${what} is left out. ${words(checked.problem as NamedProblem, uri)}`)
      return !('problem' in checked)
    })
  const redirectUris = keep(application.redirectUris, (uri) => parseRedirectUri(uri, type), 'redirect URI')
  if (grantType === 'authorization-code' && redirectUris.length === 0)
    return 'none of its redirect URIs is valid here'
  const client: Client = {
    id,
    ownerId,
    name,
    type,
    grantType,
    furtherGrantTypes,
    redirectUris,
    postLogoutRedirectUris: keep(
      application.postLogoutRedirectUris,
      (uri) => parseRedirectUri(uri, type, signedOutParameters),
      'address after sign-out',
    ),
    allowedOrigins: keep(application.allowedOrigins, parseOrigin, 'origin').map((uri) => new URL(uri).origin),
    policy: defaultClientPolicy,
    openid: defaultClientOpenid,
    createdAt: now,
    updatedAt: now,
    suspendedAt: undefined,
    approval: undefined,
    registeredBy: 'person',
    trust: 'unverified',
    lastUsedAt: undefined,
  }
  return isForPeople(client)
    ? client
    : { ...client, redirectUris: [], postLogoutRedirectUris: [], allowedOrigins: [] }
}

function words(problem: NamedProblem, uri = ''): string {
  return problemText('en', problemTexts, problem, { uri })
}
