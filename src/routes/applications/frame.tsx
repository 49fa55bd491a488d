import type { Child } from 'hono/jsx'
import type { Client } from '../../rules/clients/client.ts'
import { profiles } from '../../rules/profile.ts'
import type { Failing, ProfileFault } from '../../rules/profile-faults.ts'
import { profileLabels } from '../../rules/profile-form.ts'
import { Time } from '../../ui/facts.tsx'
import { copyScript } from '../../ui/forms/copy.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Layout, Trail } from '../../ui/layout.tsx'
import { ClientMark } from '../../ui/monogram.tsx'
import { Saved } from '../../ui/saved.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'

/** The props of every page about one application. */
export interface FrameProps {
  readonly site: Site<'applications'>
  readonly client: Client
  readonly logo: string | undefined
  /** Suspended until its owner reviews it. */
  readonly awaitsOwner: boolean
  /** The profile that the application can't follow, and the settings that it forbids. */
  readonly failing: Failing | undefined
  /** Names of the fields or of the form that the viewer has just saved; empty for something else. */
  readonly saved: string | undefined
  /** The form with the settings from before. */
  readonly undo: string | undefined
}

export type TabName = 'overview' | 'settings' | 'credentials' | 'activity' | 'danger'

/** The pages about one application: each has a URL of its own, and links to the others. */
export function ApplicationFrame({
  site,
  client,
  logo,
  awaitsOwner,
  failing,
  saved,
  undo,
  tab,
  children,
}: FrameProps & { readonly tab: TabName; readonly children?: Child }) {
  const { tabs: t } = site.texts.applications
  const title =
    tab === 'overview' ? client.name : fillText(t.title, { tab: t[tab], application: client.name })
  return (
    <Layout site={site} title={title} scripts={[copyScript]}>
      <Trail href={site.paths.applications}>{site.messages.layout.applications}</Trail>
      <div class="heading">
        <ClientMark site={site} id={client.id} name={client.name} logo={logo} />
        <h1 title={client.name} translate="no">
          <bdi>{client.name}</bdi>
        </h1>
      </div>
      <Tabs site={site} client={client} tab={tab} />
      <Saved when={saved !== undefined} what={labelsOf(site, saved) ?? client.name} undo={undo} />
      {client.suspendedAt !== undefined && (
        <Suspended site={site} client={client} at={client.suspendedAt} awaitsOwner={awaitsOwner} />
      )}
      {failing !== undefined && <Fails site={site} client={client} failing={failing} />}
      {children}
    </Layout>
  )
}

/** The labels of saved fields and forms. */
function labelsOf({ texts }: FrameProps['site'], saved = ''): string | undefined {
  const { form, policy, detail } = texts.applications
  const labels: Readonly<Record<string, string>> = {
    name: form.name,
    client_type: form.type,
    authorization_grant_type: form.grant,
    further_grant_types: form.grant,
    redirect_uris: form.redirects,
    post_logout_redirect_uris: form.logouts,
    allowed_origins: form.origins,
    owner: form.owner,
    policy: policy.title,
    logo: detail.logo,
    trust: detail.trust,
  }
  const known = saved.split(',').flatMap((name) => (Object.hasOwn(labels, name) ? (labels[name] ?? []) : []))
  return known.length === 0 ? undefined : [...new Set(known)].join(', ')
}

function Tabs({
  site: { paths, texts },
  client: { id },
  tab,
}: Pick<FrameProps, 'site' | 'client'> & { readonly tab: TabName }) {
  const { tabs: t } = texts.applications
  const pages: Readonly<Record<TabName, string>> = {
    overview: paths.application(id),
    settings: paths.applicationSettings(id),
    credentials: paths.applicationCredentials(id),
    activity: paths.applicationActivity(id),
    danger: paths.applicationDanger(id),
  }
  // Each key of the record is a tab.
  const names = Object.keys(pages) as readonly TabName[]
  return (
    <nav class="tabs" aria-label={t.label}>
      {names.map((name) => (
        <a href={pages[name]} aria-current={name === tab ? 'page' : undefined}>
          {t[name]}
        </a>
      ))}
    </nav>
  )
}

/** Which settings keep it from getting tokens, by the labels of the form that changes them. */
function Fails({
  site,
  client,
  failing: { profile, faults },
}: Pick<FrameProps, 'site' | 'client'> & { readonly failing: Failing }) {
  const { policy: t, openid, form } = site.texts.applications
  // A public application has no keys: its type is changed on another page.
  const keys =
    client.type === 'public' ? <a href={site.paths.updateApplication(client.id)}>{form.type}</a> : t.keys
  const labels: Readonly<Record<ProfileFault, Child>> = {
    authentication: client.openid.keepsSecret ? t.keysUse : keys,
    keys,
    keyAlg: `${t.keys}: ${profiles[profile].algorithms.join(', ')}`,
    assertionAlg: t.assertionAlg,
    requestObjectAlg: t.requestAlg,
    backchannelRequestAlg: t.askAlg,
    idTokenAlg: openid.idToken,
    accessTokenAlg: t.accessAlg,
    userinfoAlg: openid.userinfo,
    authorizationAlg: t.answerAlg,
    introspectionAlg: t.introspectionAlg,
  }
  return (
    <div class="notice">
      <Icon name="warning" />
      <div>
        <p>
          <Fill text={t.fails} profile={<span translate="no">{profileLabels[profile]}</span>} />
        </p>
        <ul>
          {faults.map((fault) => (
            <li>{labels[fault]}</li>
          ))}
        </ul>
        <a href={site.paths.applicationPolicy(client.id)}>{t.title}</a>
      </div>
    </div>
  )
}

function Suspended({
  site,
  client,
  at,
  awaitsOwner,
}: Pick<FrameProps, 'site' | 'client' | 'awaitsOwner'> & { readonly at: number }) {
  const { detail: t, resumption, words } = site.texts.applications
  return (
    <p class="notice">
      <Icon name="warning" />
      <span>
        <Fill
          text={t.since}
          suspended={
            <strong>{client.approval === undefined ? words.suspended : words[client.approval]}</strong>
          }
          time={<Time at={at} exact />}
        />{' '}
        {awaitsOwner && (
          <Fill
            text={resumption.notice}
            look={<a href={site.paths.resumeApplication(client.id)}>{resumption.look}</a>}
          />
        )}
      </span>
    </p>
  )
}
