import { type ConnectionKind, connectionKinds } from '../../../rules/sign-in/connection.ts'
import { presets } from '../../../rules/sign-in/presets.ts'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Way, Ways } from '../../../ui/ways.tsx'
import { Isolated } from '../../../ui/words/name.tsx'

/** The name of a kind: a brand, which no language translates, or a protocol. */
export function kindName({ texts }: Site<'connections'>, kind: ConnectionKind): string {
  const { kinds } = texts.connections
  return kind === 'openid' || kind === 'oauth2' ? kinds[kind] : presets[kind].name
}

/** The first step of a new connection. */
export function KindsPage({ site }: { readonly site: Site<'admin' | 'connections'> }) {
  const { paths, texts } = site
  const t = texts.connections.kinds
  const textOf = (kind: ConnectionKind) =>
    kind === 'openid' ? t.openidText : kind === 'oauth2' ? t.oauth2Text : t[kind]
  return (
    <Layout site={site} title={t.title}>
      <Trail href={paths.adminConnections}>{texts.admin.home.connections}</Trail>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <Ways>
        {connectionKinds.map((kind) => (
          <Way
            href={`${paths.newConnection}?kind=${kind}`}
            icon={kind}
            title={<Isolated>{kindName(site, kind)}</Isolated>}
          >
            {textOf(kind)}
          </Way>
        ))}
      </Ways>
    </Layout>
  )
}
