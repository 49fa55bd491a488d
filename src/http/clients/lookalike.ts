import type { Client } from '../../rules/clients/client.ts'
import { type Lookalike, lookalikeOf } from '../../rules/clients/lookalike.ts'
import { listTrustedNames } from '../../store/clients/trusted-names.ts'
import { read } from '../../store/database.ts'
import type { Context } from '../context.ts'

/**
 * The trusted thing that a client could be mistaken for. Its form refuses such a name; for a client that registered or
 * published itself, a warning is shown instead: many copies of one program register themselves by the same name, and one of
 * them may be verified.
 */
export async function findLookalike(c: Context, client: Client): Promise<Lookalike | undefined> {
  if (client.trust !== 'unverified') return undefined
  const { DB } = c.env
  const { trusted } = await read(DB, { trusted: listTrustedNames(DB) })
  return lookalikeOf(client, trusted, c.var.config.brand.name)
}
