import type { Site } from './site.ts'
import { fillText } from './words/fill-text.ts'
import { prepared } from './words/prepared.ts'

/** A page that is linked from everywhere in its part of the console. */
export interface Place {
  readonly href: string
  readonly name: string
}

interface Part {
  /** The first of its pages, the parent of all others. */
  readonly root: string
  readonly name: string
  readonly places: readonly Place[]
}

/** The parts of the console that the viewer may see. */
export function partsOf(site: Site): readonly Part[] {
  const { paths, viewer, canInvite } = site
  const { layout, places: t } = site.messages
  if (viewer === undefined) return []
  const account: Part = {
    root: paths.account,
    name: layout.account,
    places: [
      { href: paths.account, name: t.overview },
      { href: paths.accountProfile, name: t.profile },
      { href: paths.accountEmail, name: t.email },
      { href: paths.accountPassword, name: t.password },
      { href: paths.passkeys, name: t.passkeys },
      { href: paths.authenticator, name: t.authenticator },
      // Most servers have no providers: the page is listed where somebody came to it.
      ...(pathOf(site).startsWith(paths.identities) ? [{ href: paths.identities, name: t.identities }] : []),
      { href: paths.accountSessions, name: t.sessions },
      { href: paths.accountApplications, name: t.access },
      { href: paths.accountRequests, name: t.requests },
      { href: paths.accountActivity, name: t.activity },
    ],
  }
  if (!viewer.isStaff) return [account]
  const administration: Part = {
    root: paths.admin,
    name: layout.administration,
    places: [
      { href: paths.admin, name: t.overview },
      { href: paths.adminUsers, name: t.users },
      { href: paths.adminApplications, name: t.applications },
      { href: paths.adminApis, name: t.apis },
      { href: paths.adminConnections, name: t.connections },
      { href: paths.adminServers, name: t.servers },
      { href: paths.adminScopes, name: t.scopes },
      { href: paths.adminDetailTypes, name: t.details },
      { href: paths.adminKeys, name: t.keys },
      { href: paths.adminAudit, name: t.audit },
      { href: paths.adminLogouts, name: t.logouts },
      ...(viewer.isAdministrator && canInvite ? [{ href: paths.adminInvitations, name: t.invitations }] : []),
      ...(viewer.isAdministrator
        ? [
            { href: paths.adminHealth, name: t.health },
            { href: paths.adminSettings, name: t.settings },
          ]
        : []),
    ],
  }
  return [account, administration]
}

/** The part of the console that this page belongs to. */
export function partOf(site: Site): Part | undefined {
  return partsOf(site).find(({ root }) => isAt(site, root) || pathOf(site).startsWith(`${root}/`))
}

/**
 * The other pages of this part, beside the page; on a narrow screen behind the name of the page. It is one list: the stylesheet
 * opens it where there is room, otherwise the person opens it.
 */
export function SideNavigation({ site, part }: { readonly site: Site; readonly part: Part }) {
  const here = part.places
    .toSorted((a, b) => b.href.length - a.href.length)
    .find(({ href }) => pathOf(site).startsWith(href))
  const isHere = here !== undefined && isAt(site, here.href)
  const key = ['side', ...part.places.map(({ href }) => href), here?.href, isHere]
  return <>{prepared(key, () => listOf(site, part, here))}</>
}

function listOf(site: Site, part: Part, here: Place | undefined) {
  return (
    <nav class="side" aria-label={part.name}>
      <details>
        <summary>{fillText(site.messages.layout.here, { part: part.name, page: here?.name ?? '' })}</summary>
        <ul>
          {part.places.map((place) => (
            <li>
              <a
                href={place.href}
                aria-current={place === here ? (isAt(site, place.href) ? 'page' : 'true') : undefined}
              >
                {place.name}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </nav>
  )
}

const pathOf = ({ here }: Site) => here.split('?', 1)[0] ?? ''

const isAt = (site: Site, href: string) => pathOf(site) === href
