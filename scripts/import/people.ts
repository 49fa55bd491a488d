import { profileSchema } from '../../src/rules/openid/user-claims.ts'
import { checkGroups } from '../../src/rules/people/groups.ts'
import { checkEmail, nameKey } from '../../src/rules/people/person.ts'
import { mostKinds } from '../../src/secrets/imported-passwords.ts'
import { noPassword } from '../../src/secrets/passwords.ts'
import type { ImportedUser } from '../../src/store/people/imported-people.ts'
import { readPasswordHash } from './password-hash.ts'
import type { ImportedPerson, LeftOut } from './records.ts'

export interface ReadPeople {
  readonly users: readonly ImportedUser[]
  /** The id here of each person, by the name that consents use. */
  readonly ids: ReadonlyMap<string, string>
  readonly passwords: { readonly carried: number; readonly lost: number }
}

/** Applies our rules to people of another server. `present`: kinds of hashes that are already in the database. */
export function readPeople(
  people: readonly ImportedPerson[],
  present: readonly string[],
  leftOut: LeftOut[],
  now: number,
): ReadPeople {
  const kinds = new Set([...present, ...mostFrequent(people)].slice(0, mostKinds))
  const names = new Set<string>()
  const users: ImportedUser[] = []
  const ids = new Map<string, string>()
  const passwords = { carried: 0, lost: 0 }
  for (const person of people) {
    const username = person.username.normalize('NFC').trim()
    const note = (why: string) => leftOut.push({ what: username || '(no name)', why })
    const problem = problemOf(person, username)
    if (problem !== undefined) {
      note(problem)
      continue
    }
    if (names.has(nameKey(username))) {
      note('the file already has this username')
      continue
    }
    names.add(nameKey(username))
    const passwordHash = hashOf(person, kinds, note)
    if (passwordHash !== noPassword) passwords.carried += 1
    else if (person.password !== undefined) passwords.lost += 1
    ids.set(person.ref, person.id)
    users.push({
      id: person.id,
      username,
      email: emailOf(person, note),
      isEmailProven: person.isEmailProven,
      passwordHash,
      role: 'user',
      createdAt: person.createdAt ?? now,
      suspendedAt: person.isSuspended ? now : undefined,
      profile: profileOf(person, note),
      groups: groupsOf(person, note),
    })
  }
  return { users, ids, passwords }
}

type Note = (why: string) => void

function problemOf({ id }: ImportedPerson, username: string): string | undefined {
  if (username === '') return 'has no username'
  if ([...username].length > 254) return 'the username is longer than 254 characters'
  // OIDC Core §2: `sub` is at most 255 characters of ASCII.
  return /^[A-Za-z0-9_|.:@+-]{1,255}$/.test(id)
    ? undefined
    : 'its id is invalid as a `sub` here: A-Z a-z 0-9 _ | . : @ + -'
}

/** Each sign-in does the work of every kind, so only the most frequent ones are imported. */
function mostFrequent(people: readonly ImportedPerson[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { password } of people) {
    const read = password === undefined ? undefined : readPasswordHash(password)
    if (read && 'kind' in read) counts.set(read.kind, (counts.get(read.kind) ?? 0) + 1)
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([kind]) => kind)
}

function hashOf({ password }: ImportedPerson, kinds: ReadonlySet<string>, note: Note): string {
  if (password === undefined) return noPassword
  const read = readPasswordHash(password)
  if ('problem' in read) note(`the password is not imported: ${read.problem}`)
  else if (kinds.has(read.kind)) return read.stored
  else
    note(
      `the password is not imported: there are ${mostKinds} other kinds of hashes already, and each slows down every sign-in`,
    )
  return noPassword
}

function emailOf({ email = '' }: ImportedPerson, note: Note): string | undefined {
  const checked = checkEmail(email)
  if ('value' in checked) return checked.value
  note('the address is not an email address, and left out')
  return undefined
}

function profileOf({ claims }: ImportedPerson, note: Note): ImportedUser['profile'] {
  const kept = Object.entries(claims).filter(([name, value]) => {
    if (value === undefined) return false
    const isRight = profileSchema().safeParse({ [name]: value }).success
    if (!isRight) note(`${name} breaks the rules here, and is left out`)
    return isRight
  })
  return profileSchema().parse(Object.fromEntries(kept))
}

function groupsOf({ groups }: ImportedPerson, note: Note): readonly string[] {
  const checked = checkGroups(groups.join('\n'))
  if ('value' in checked) return checked.value
  note('the groups break the rules here, and are left out')
  return []
}
