import type { Client } from '../../rules/clients/client.ts'
import { type Lookalike, lookalikeOf } from '../../rules/clients/lookalike.ts'
import { listTrustedNames } from '../../store/clients/trusted-names.ts'
import { combined, none, type Query } from '../../store/database.ts'
import type { Context } from '../context.ts'

/**
 * The trusted thing that a client could be mistaken for. Its form refuses such a name; for a client that registered or
 * published itself, a warning is shown instead: many copies of one program register themselves by the same name, and one of
 * them may be verified.
 */
export function findLookalike(c: Context, client: Client): Query<Lookalike | undefined> {
  if (client.trust !== 'unverified') return none
  const trusted = listTrustedNames(c.env.DB)
  return combined({ trusted }, ({ trusted }) => lookalikeOf(client, trusted, c.var.config.brand.name))
}
