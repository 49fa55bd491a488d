import { read } from '../../store/database.ts'
import { countPeople, listDomains } from '../../store/sign-in/connection-changes.ts'
import { findConnection } from '../../store/sign-in/connections.ts'
import type { Context } from '../context.ts'

/** The connection that the path names, with everything that its pages show. `known` undefined: there is none. */
export function pathConnection(c: Context) {
  const { DB } = c.env
  const id = c.req.param('connection') ?? ''
  return read(DB, {
    known: findConnection(DB, id),
    domains: listDomains(DB, id),
    people: countPeople(DB, id),
  })
}
