import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'
import { fillText } from '../../ui/words/fill.tsx'
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
  const { site, users, applications, waiting, most, canInvite } = props
  const { paths } = site
  const t = site.texts.admin.home
  const { administration } = site.messages.layout
  const written = (count: number) => (count > most ? fillText(t.moreThan, { number: most }) : String(count))
  return (
    <Layout site={site} title={administration}>
      <h1>{administration}</h1>
      <Dashboard {...props} />
      <Ways>
        <Way href={paths.adminUsers} icon="users" title={t.users} count={written(users)}>
          {t.usersText}
        </Way>
        <Way
          href={paths.adminApplications}
          icon="applications"
          title={t.applications}
          count={written(applications)}
        >
          {t.applicationsText}
          {waiting > 0 && (
            <>
              {' '}
              <strong>{fillText(site.texts.applications.list.waiting, { number: written(waiting) })}</strong>
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
        {canInvite && site.viewer?.isAdministrator && (
          <Way href={paths.adminInvitations} icon="plus" title={t.invitations}>
            {t.invitationsText}
          </Way>
        )}
        {site.viewer?.isAdministrator && (
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
    </Layout>
  )
}
