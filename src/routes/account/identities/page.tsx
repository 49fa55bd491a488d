import type { ConnectionKind } from '../../../rules/sign-in/connection.ts'
import { Time } from '../../../ui/facts.tsx'
import type { ConnectionButton } from '../../../ui/forms/provider-buttons.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'

export interface IdentitiesPageProps {
  readonly site: Site<'account'>
  readonly identities: readonly {
    /** In its URLs. */
    readonly key: string
    readonly connectionId: string
    readonly label: string
    readonly kind: ConnectionKind
    readonly connectionName: string
    readonly isSuspended: boolean
    readonly createdAt: number
    readonly lastUsedAt: number | undefined
  }[]
  /** Those that they can add an account of. */
  readonly connections: readonly ConnectionButton[]
}

export function IdentitiesPage({ site, identities, connections }: IdentitiesPageProps) {
  const { passkeys: shared, identities: t } = site.texts.account
  const linked = new Set(identities.map(({ connectionId }) => connectionId))
  return (
    <Layout site={site} title={t.title}>
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      {identities.length === 0 ? (
        <p class="empty">{t.empty}</p>
      ) : (
        <ul class="rows">
          {identities.map((identity) => (
            <li>
              <span class="monogram">
                <Icon name={identity.kind} />
              </span>
              <div>
                <Name>{identity.connectionName}</Name>
                <p class="hint">
                  <bdi>{identity.label}</bdi>
                </p>
                <p class="hint">
                  <Fill
                    text={identity.lastUsedAt === undefined ? shared.neverUsed : shared.used}
                    at={<Time at={identity.createdAt} />}
                    last={identity.lastUsedAt !== undefined && <Time at={identity.lastUsedAt} />}
                  />
                </p>
              </div>
              <p class="meta">
                {identity.isSuspended && <span class="tag">{t.suspended}</span>}
                <a
                  href={site.paths.removeIdentity(identity.key)}
                  aria-label={fillText(shared.removeWhat, {
                    name: `${identity.connectionName}: ${identity.label}`,
                  })}
                >
                  {shared.remove}
                </a>
              </p>
            </li>
          ))}
        </ul>
      )}
      {connections.length > 0 && (
        <>
          <h2>{t.addTitle}</h2>
          <p class="actions">
            {connections.map(({ id, kind, name }) => (
              <a class="button secondary" href={`${site.paths.loginWith(id)}?purpose=link`}>
                <Icon name={kind} />
                {fillText(linked.has(id) ? t.addAnother : t.add, { provider: name })}
              </a>
            ))}
          </p>
        </>
      )}
    </Layout>
  )
}
