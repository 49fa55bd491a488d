import { createHash } from 'node:crypto'
import { nameKey } from '../../src/rules/people/person.ts'
import { type Export, secondsOf } from './records.ts'

/** The known columns. `username` is required; the others are optional, in any order. */
export const csvColumns = [
  'username',
  'sub',
  'email',
  'email_verified',
  'password_hash',
  'name',
  'given_name',
  'family_name',
  'nickname',
  'phone_number',
  'website',
  'picture',
  'locale',
  'zoneinfo',
  'groups',
  'created_at',
  'suspended',
] as const

/** People, one per line, after a line of column names (RFC 4180). */
export function readCsv(text: string): Export | { readonly problem: string } {
  const [head = [], ...lines] = cellsOf(text.replace(/^\ufeff/, ''))
  const names = head.map((name) => name.trim().toLowerCase())
  const unknown = names.find((name) => !csvColumns.some((known) => known === name))
  if (!names.includes('username')) return { problem: 'The first line has no column username' }
  if (unknown !== undefined) {
    return {
      problem: `The column ${JSON.stringify(unknown)} is unknown. Known columns: ${csvColumns.join(', ')}`,
    }
  }
  const people = lines.map((cells) => {
    const cell = (name: (typeof csvColumns)[number]) => {
      const value = cells[names.indexOf(name)]?.trim()
      return value === '' ? undefined : value
    }
    const username = cell('username') ?? ''
    const says = (name: 'email_verified' | 'suspended') => /^(true|yes|1)$/i.test(cell(name) ?? '')
    return {
      ref: username,
      // The same id for the same name, so that the file can be imported again.
      id:
        cell('sub') ??
        createHash('sha256')
          .update(`csv ${nameKey(username)}`)
          .digest('base64url')
          .slice(0, 22),
      username,
      email: cell('email'),
      isEmailProven: says('email_verified'),
      password: cell('password_hash'),
      createdAt: secondsOf(cell('created_at')),
      isSuspended: says('suspended'),
      claims: {
        name: cell('name'),
        given_name: cell('given_name'),
        family_name: cell('family_name'),
        nickname: cell('nickname'),
        phone_number: cell('phone_number'),
        website: cell('website'),
        picture: cell('picture'),
        locale: cell('locale'),
        zoneinfo: cell('zoneinfo'),
      },
      groups: (cell('groups') ?? '').split(/[;|]/).filter((group) => group.trim() !== ''),
    }
  })
  return { people, applications: [], consents: [], leftOut: [] }
}

function cellsOf(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [[]]
  for (const [, quoted, plain = '', end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/g,
  )) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end !== ',') lines.push([])
  }
  return lines.filter((cells) => cells.some((cell) => cell !== ''))
}
