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
  const parts = [
    ['users', paths.adminUsers, 'users'],
    ['applications', paths.adminApplications, 'applications'],
    ['apis', paths.adminApis, 'shield'],
    ['connections', paths.adminConnections, 'openid'],
    ['servers', paths.adminServers, 'oauth2'],
    ['scopes', paths.adminScopes, 'check'],
    ['details', paths.adminDetailTypes, 'screen'],
    ['keys', paths.adminKeys, 'key'],
    ['audit', paths.adminAudit, 'clock'],
    ['logouts', paths.adminLogouts, 'arrow'],
    ...(kind.canInvite ? [['invitations', paths.adminInvitations, 'plus'] as const] : []),
    ...(kind.isAdministrator
      ? ([
          ['health', paths.adminHealth, 'health'],
          ['settings', paths.adminSettings, 'settings'],
        ] as const)
      : []),
  ] as const
  const waiting = kind.isWaiting && (
    <>
      {' '}
      <strong>{fillText(texts.applications.list.waiting, { number: to.waiting })}</strong>
    </>
  )
  return (
    <Ways>
      {parts.map(([name, href, icon]) => (
        <Way
          href={href}
          icon={icon}
          title={t[name]}
          count={name === 'users' || name === 'applications' ? to[name] : undefined}
        >
          {t[`${name}Text`]}
          {name === 'applications' && waiting}
        </Way>
      ))}
    </Ways>
  )
}
