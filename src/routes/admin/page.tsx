import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'
import { fillText } from '../../ui/words/fill.tsx'
import { writeCount } from '../../ui/words/plural.ts'
import { preparedAround } from '../../ui/words/prepared.ts'
import { Dashboard, type DashboardProps } from './dashboard.tsx'

export interface AdminPageProps extends DashboardProps {
  readonly site: Site<'admin' | 'applications'>
  /** The number of users, counted up to `most`. */
  readonly users: number
  readonly applications: number
  /** Applications waiting for approval. */
  readonly waiting: number
  readonly most: number
  /** Whether people can be invited. */
  readonly canInvite: boolean
}

export function AdminPage(props: AdminPageProps) {
  const { site, most, waiting, canInvite } = props
  const { administration } = site.messages.layout
  const written = (count: number) => writeCount(count, most, site.language)
  const counts = {
    users: written(props.users),
    applications: written(props.applications),
    waiting: written(waiting),
  }
  const isAdministrator = site.viewer?.isAdministrator === true
  const kind = { isWaiting: waiting > 0, isAdministrator, canInvite: isAdministrator && canInvite }
  return (
    <Layout site={site} title={administration}>
      <h1>{administration}</h1>
      <Dashboard {...props} />
      {preparedAround(['administration', kind], counts, (to) => (
        <Parts {...{ site, kind, to }} />
      ))}
    </Layout>
  )
}

interface PartsProps {
  readonly site: Pick<AdminPageProps['site'], 'paths' | 'texts'>
  readonly kind: Readonly<Record<'isWaiting' | 'isAdministrator' | 'canInvite', boolean>>
  readonly to: Readonly<Record<'users' | 'applications' | 'waiting', string>>
}

function Parts({ site: { paths, texts }, kind, to }: PartsProps) {
  const t = texts.admin.home
  return (
    <Ways>
      <Way href={paths.adminUsers} icon="users" title={t.users} count={to.users}>
        {t.usersText}
      </Way>
      <Way href={paths.adminApplications} icon="applications" title={t.applications} count={to.applications}>
        {t.applicationsText}
        {kind.isWaiting && (
          <>
            {' '}
            <strong>{fillText(texts.applications.list.waiting, { number: to.waiting })}</strong>
          </>
        )}
      </Way>
      <Way href={paths.adminApis} icon="shield" title={t.apis}>
        {t.apisText}
      </Way>
      <Way href={paths.adminConnections} icon="openid" title={t.connections}>
        {t.connectionsText}
      </Way>
      <Way href={paths.adminServers} icon="arrow" title={t.servers}>
        {t.serversText}
      </Way>
      <Way href={paths.adminScopes} icon="check" title={t.scopes}>
        {t.scopesText}
      </Way>
      <Way href={paths.adminKeys} icon="key" title={t.keys}>
        {t.keysText}
      </Way>
      <Way href={paths.adminAudit} icon="clock" title={t.audit}>
        {t.auditText}
      </Way>
      <Way href={paths.adminLogouts} icon="arrow" title={t.logouts}>
        {t.logoutsText}
      </Way>
      {kind.canInvite && (
        <Way href={paths.adminInvitations} icon="plus" title={t.invitations}>
          {t.invitationsText}
        </Way>
      )}
      {kind.isAdministrator && (
        <>
          <Way href={paths.adminHealth} icon="health" title={t.health}>
            {t.healthText}
          </Way>
          <Way href={paths.adminSettings} icon="settings" title={t.settings}>
            {t.settingsText}
          </Way>
        </>
      )}
    </Ways>
  )
}
