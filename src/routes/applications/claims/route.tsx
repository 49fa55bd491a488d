import { saltFor } from '../../../acts/server/kept-keys.ts'
import { clientIdOf } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { isForPeople } from '../../../rules/clients/client.ts'
import { acrOf, idTokenClaims } from '../../../rules/openid/id-token.ts'
import { sectorFor, sessionIdIn, subjectIn } from '../../../rules/openid/subject.ts'
import { claimsOf, userClaimValues } from '../../../rules/openid/user-claims.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import { findClaimsSubject } from '../../../store/people/profiles.ts'
import { ClaimsPage } from './page.tsx'

/** GET …/claims: the claims that the application would get about the viewer, built by the same rules as tokens. */
export async function get(c: Context<'applications'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const { config, issuer, now } = c.var
  const { user, sid, amr, authenticatedAt } = session
  const { owned, person } = await read(DB, {
    owned: findManagedClient(DB, clientIdOf(c), user.id),
    person: findClaimsSubject(DB, { userId: user.id }),
  })
  if (owned === undefined || person === undefined || !isForPeople(owned.client))
    return showNothing(c, session)
  const { client } = owned
  const site = siteFor(c, session)
  const t = site.texts.applications.claims
  const { scope } = client.policy
  const sector = sectorFor(client)
  const salt = await saltFor(DB, config.keyRing, sector)
  const subject = subjectIn(sector, user.id, salt)
  const userinfo = { ...userClaimValues(person, claimsOf(scope)), sub: subject }
  const facts = {
    issuer,
    subject,
    clientId: client.id,
    authorizationId: '…',
    authTime: authenticatedAt,
    context: { sid: sessionIdIn(sector, sid, salt), amr, acr: acrOf(amr, []) },
    nonce: t.nonce,
    accessToken: '',
    claims: client.openid.claimsInIdToken ? userClaimValues(person, claimsOf(scope)) : {},
  }
  const { at_hash: _, ...claims } = idTokenClaims(
    facts,
    client.openid.idTokenAlg,
    config.lifetimes.idToken,
    now,
  )
  const idToken = { ...claims, at_hash: t.atHash }
  return showPage(c, <ClaimsPage site={site} client={client} idToken={idToken} userinfo={userinfo} />)
}
