import { confirmedEmail } from '../../rules/openid/provider-mapping.ts'
import type { Connection } from '../../rules/sign-in/connection.ts'
import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import type { Arrived } from '../../rules/sign-in/provider-attempt.ts'
import { hashSecret, readSecret } from '../../secrets/secret.ts'
import { combined, none, type Query } from '../../store/database.ts'
import { type AddressOwner, findAddressOwner } from '../../store/openid/adoptions.ts'
import { findInvitation, findInvitationTo } from '../../store/people/invitations.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Context } from '../context.ts'

/** The facts that decide about an account for a person whom a provider named. */
export interface NewcomerFacts {
  /** Their address, if it counts as confirmed. */
  readonly confirmed: string | undefined
  /** The account that has confirmed that address here, or that is theirs because their domain is enforced. */
  readonly owner: AddressOwner | undefined
  /** An invitation to use up. */
  readonly invitation: SecretHash<'invitation'> | undefined
  /** The destination, behind an invitation. */
  readonly next: string
}

/** An invitation counts by its link, which is on the way (`next`), or by the confirmed address that it was sent to. */
export function newcomerQuery(
  c: Context,
  { id, settings }: Connection,
  { provided }: Pick<Arrived, 'provided'>,
  next: string,
): Query<NewcomerFacts> {
  const { DB } = c.env
  const { now, paths } = c.var
  const confirmed = confirmedEmail(provided, settings)
  const [path, query] = (parseNextPath(next) ?? '').split('?')
  const asked = new URLSearchParams(path === paths.signUp ? query : '')
  const link = readSecret('invitation', asked.get('invitation') ?? '')
  const hash = link && hashSecret(link)
  return combined(
    {
      owner: confirmed === undefined ? none : findAddressOwner(DB, confirmed, id),
      linked: hash === undefined ? none : findInvitation(DB, hash, now),
      sent: confirmed === undefined ? none : findInvitationTo(DB, confirmed, now),
    },
    ({ owner, linked, sent }) => ({
      confirmed,
      owner,
      invitation: linked === undefined ? sent : hash,
      next: path === paths.signUp ? (asked.get('next') ?? '') : next,
    }),
  )
}
