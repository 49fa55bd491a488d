import { signInUrl } from '../../rules/openid/initiate-sign-in.ts'
import type { ConnectedClient } from '../../store/requests/connected-clients.ts'
import { Time } from '../../ui/facts.tsx'
import { Layout } from '../../ui/layout.tsx'
import { ClientMark } from '../../ui/monogram.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'
import { Fill } from '../../ui/words/fill.tsx'
import { Name } from '../../ui/words/name.tsx'
import { Checklist, type ChecklistProps } from './checklist.tsx'
import { Greeting } from './greeting.tsx'

export interface HomePageProps {
  readonly site: Site<'start'>
  /** For an administrator of a new server. */
  readonly checklist: Omit<ChecklistProps, 'site'> | undefined
  /** The applications that the person gave access to. */
  readonly clients: readonly ConnectedClient[]
}

/** The page of a signed-in person: their applications, and the pages that are theirs. */
export function HomePage({ site, checklist, clients }: HomePageProps) {
  const { paths, viewer, messages } = site
  const t = site.texts.start.home
  return (
    <Layout site={site} title={t.yours}>
      <h1>{t.yours}</h1>
      {viewer !== undefined && <Greeting site={site} username={viewer.username} />}
      {checklist !== undefined && <Checklist site={site} {...checklist} />}
      {clients.length === 0 ? (
        <p class="empty">{t.none}</p>
      ) : (
        <ul class="ways tiles">
          {clients.map((client) => (
            <Tile site={site} client={client} />
          ))}
        </ul>
      )}
      <Ways>
        <Way href={paths.account} icon="person" title={messages.layout.account}>
          {t.accountText}
        </Way>
        {viewer?.registers && (
          <Way href={paths.applications} icon="applications" title={t.applications}>
            {t.applicationsText}
          </Way>
        )}
        {viewer?.registers && (
          <Way href={paths.playground} icon="play" title={t.playground}>
            {t.playgroundText}
          </Way>
        )}
        {viewer?.isStaff && (
          <Way href={paths.admin} icon="shield" title={t.administration}>
            {t.administrationText}
          </Way>
        )}
      </Ways>
    </Layout>
  )
}

/** It opens the application where the application said how; otherwise it leads to what the application may do. */
function Tile({ site, client }: { readonly site: Site<'start'>; readonly client: ConnectedClient }) {
  const { initiateLoginUri } = client
  const href =
    initiateLoginUri === undefined ? site.paths.accountApplications : signInUrl(initiateLoginUri, site.issuer)
  return (
    <li>
      <ClientMark site={site} id={client.clientId} name={client.name} logo={client.logo} />
      <h2>
        <a class="cover" href={href}>
          <Name>{client.name}</Name>
        </a>
      </h2>
      <p>
        <Fill text={site.texts.start.home.lastUsed} time={<Time at={client.lastUsedAt} />} />
      </p>
    </li>
  )
}
