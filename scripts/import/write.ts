import type { Client } from '../../src/rules/clients/client.ts'
import { domainOf } from '../../src/rules/people/domain.ts'
import { invitationLifetime } from '../../src/rules/people/mail.ts'
import { nameKey } from '../../src/rules/people/person.ts'
import { provesNoIdentity, rememberedHost } from '../../src/rules/requests/redirect-uri.ts'
import { hashSecret, makeSecret } from '../../src/secrets/secret.ts'
import { insertClient } from '../../src/store/clients/changes.ts'
import { findClientIds } from '../../src/store/clients/lists.ts'
import { read, write } from '../../src/store/database.ts'
import {
  findTakenNames,
  findUsersOf,
  type ImportedUser,
  insertImportedUser,
} from '../../src/store/people/imported-people.ts'
import { replaceMailToken } from '../../src/store/people/mail-tokens.ts'
import { putConsent } from '../../src/store/requests/consents.ts'
import { listEnforcedRealms } from '../../src/store/sign-in/realms.ts'
import type { ImportedConsent, LeftOut } from './records.ts'

/** The progress of one kind. */
export interface Tally {
  /** Ids that were added by this run. */
  readonly added: ReadonlySet<string>
  readonly before: number
}

export interface Writing {
  readonly db: D1Database
  readonly isDry: boolean
  readonly now: number
  readonly leftOut: LeftOut[]
  /** Called now and then, with the number of completed ones. */
  readonly progress: (what: string, done: number, of: number) => void
  /** A local database is written by two processes, and one may have to wait. */
  readonly patiently: <T>(attempt: () => Promise<T>) => Promise<T>
}

const chunk = 25

/** Existing people are not changed. Twenty-five at a time, each batch all or nothing. */
export async function writePeople(
  { db, isDry, now, leftOut, progress, patiently }: Writing,
  users: readonly ImportedUser[],
): Promise<Tally> {
  const added = new Set<string>()
  let alreadyThere = 0
  const { realms } = await patiently(() => read(db, { realms: listEnforcedRealms(db) }))
  for (let from = 0; from < users.length; from += chunk) {
    const some = users.slice(from, from + chunk)
    const ids = some.map(({ id }) => id)
    const keys = some.map(({ username }) => nameKey(username))
    const before = await patiently(() =>
      read(db, {
        found: findUsersOf(db, ids),
        taken: findTakenNames(db, keys),
        clients: findClientIds(db, ids),
      }),
    )
    const known = new Set(before.found.map(({ id }) => id))
    const problemOf = ({ id, username }: ImportedUser) => {
      if (before.taken.includes(nameKey(username))) return 'another person here has this username'
      // RFC 9700 §4.15: a token of the application could pass for one of the person.
      return before.clients.includes(id) ? 'their id is the client_id of an application' : undefined
    }
    const wanted = some.filter((user) => !known.has(user.id) && problemOf(user) === undefined)
    alreadyThere += known.size
    for (const { id, username, email = '' } of wanted) {
      added.add(id)
      const provider = realms.get(domainOf(email) ?? '')
      if (provider !== undefined)
        leftOut.push({
          what: username,
          why: `signs in by ${provider} alone, as the domain of the address demands`,
        })
    }
    for (const user of some) {
      const why = known.has(user.id) ? undefined : problemOf(user)
      if (why !== undefined) leftOut.push({ what: user.username, why })
    }
    if (!isDry && wanted.length > 0) {
      const writes = wanted.flatMap((user) => insertImportedUser(db, user, now))
      const after = await patiently(() => write(db, writes, { found: findUsersOf(db, ids) }))
      const proven = new Map(after.found.map(({ id, isEmailProven }) => [id, isEmailProven]))
      for (const { id, username, isEmailProven, email } of wanted) {
        if (isEmailProven && email !== undefined && proven.get(id) === false) {
          leftOut.push({
            what: username,
            why: 'another person here has confirmed the address: it is imported unconfirmed',
          })
        }
      }
    }
    progress('people', Math.min(from + chunk, users.length), users.length)
  }
  return { added, before: alreadyThere }
}

export async function writeApplications(
  { db, isDry, leftOut, patiently }: Writing,
  clients: readonly Client[],
): Promise<Tally> {
  const ids = clients.map(({ id }) => id)
  const { found, people } = await patiently(() =>
    read(db, { found: findClientIds(db, ids), people: findUsersOf(db, ids) }),
  )
  const isPerson = (id: string) => people.some((person) => person.id === id)
  for (const { id, name } of clients) {
    if (isPerson(id)) leftOut.push({ what: name, why: 'its client_id is the id of a person here' })
  }
  const wanted = clients.filter(({ id }) => !found.includes(id) && !isPerson(id))
  if (!isDry && wanted.length > 0) {
    await patiently(() =>
      write(
        db,
        wanted.flatMap((client) => insertClient(db, client)),
        {},
      ),
    )
  }
  return { added: new Set(wanted.map(({ id }) => id)), before: found.length }
}

/** The data for remembering a consent here. */
export interface Remembered {
  readonly userId: string
  readonly client: Client
  readonly scope: readonly string[]
  readonly hosts: readonly string[]
}

/**
 * Only if the person or the application is new: otherwise a consent that was revoked after an earlier run would be restored. An
 * application on the person's own device, or with a scheme of its own, asks each time anyway.
 */
export function rememberedOf(
  consents: readonly ImportedConsent[],
  people: ReadonlyMap<string, string>,
  applications: ReadonlyMap<string, Client>,
  isNew: (id: string) => boolean,
  leftOut: LeftOut[],
): readonly Remembered[] {
  const merged = Map.groupBy(consents, ({ person, application }) => `${person} at ${application}`)
  return [...merged].flatMap(([what, parts]) => {
    const userId = people.get(parts[0]?.person ?? '')
    const client = applications.get(parts[0]?.application ?? '')
    if (userId === undefined || client === undefined) {
      leftOut.push({ what, why: 'a consent of a person or an application that is not imported' })
      return []
    }
    const asked = new Set(parts.flatMap(({ scopes }) => scopes))
    const scope = client.policy.scope.filter((name) => asked.has(name))
    const hosts = new Set(client.redirectUris.filter((uri) => !provesNoIdentity(uri)).map(rememberedHost))
    if (hosts.size === 0 || scope.length === 0) {
      leftOut.push({
        what,
        why: 'a consent that is asked for again here: no web address, or no existing scope',
      })
      return []
    }
    return isNew(userId) || isNew(client.id) ? [{ userId, client, scope, hosts: [...hosts] }] : []
  })
}

export async function writeConsents(
  { db, now, progress, patiently }: Writing,
  remembered: readonly Remembered[],
): Promise<void> {
  for (let from = 0; from < remembered.length; from += chunk) {
    const writes = remembered.slice(from, from + chunk).flatMap(({ userId, client, scope, hosts }) =>
      hosts.flatMap((redirectHost) => {
        const consent = { scope, redirectHost, clientName: client.name, trust: client.trust }
        return putConsent(db, { userId, clientId: client.id, consent, scope }, now)
      }),
    )
    await patiently(() => write(db, writes, {}))
    progress('consents', Math.min(from + chunk, remembered.length), remembered.length)
  }
}

/** A one-week link for each of these people with an address and no password: `username,email,link`. */
export async function makeResetLinks(
  { db, now, patiently }: Writing,
  users: readonly ImportedUser[],
  linkOf: (token: string) => string,
): Promise<readonly (readonly [string, string, string])[]> {
  const lines: (readonly [string, string, string])[] = []
  for (let from = 0; from < users.length; from += chunk) {
    const some = users.slice(from, from + chunk)
    const { found } = await patiently(() =>
      read(db, {
        found: findUsersOf(
          db,
          some.map(({ id }) => id),
        ),
      }),
    )
    const lacking = new Set(found.filter(({ hasPassword }) => !hasPassword).map(({ id }) => id))
    const writes = some.flatMap(({ id, username, email }) => {
      if (email === undefined || !lacking.has(id)) return []
      const token = makeSecret('mail')
      lines.push([username, email, linkOf(token.plain)])
      const link = { hash: hashSecret(token), purpose: 'password_reset', userId: id, email } as const
      return replaceMailToken(db, { ...link, lifetime: invitationLifetime }, now)
    })
    await patiently(() => write(db, writes, {}))
  }
  return lines
}
