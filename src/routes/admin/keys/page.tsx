import type { KeyStatus, SigningAlgorithm } from '../../../protocol/signing-keys.ts'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { Saved } from '../../../ui/saved.tsx'
import type { Site } from '../../../ui/site.ts'

export interface KeysPageProps {
  readonly site: Site
  readonly algorithms: readonly {
    readonly alg: SigningAlgorithm
    readonly keys: readonly {
      readonly kid: string
      readonly activeAt: number
      readonly status: KeyStatus
    }[]
    /** Unless the next one signs as soon as it can. */
    readonly mayRotate: boolean
  }[]
  readonly saved: string | undefined
}

const uses: Record<SigningAlgorithm, string> = {
  RS256: 'ID tokens, unless an application chooses otherwise.',
  ES256: 'Access tokens, and ID tokens of applications that choose it.',
  EdDSA: 'ID tokens of applications that choose it.',
}

export function KeysPage({ site, algorithms, saved }: KeysPageProps) {
  const { paths } = site
  return (
    <Layout site={site} title="Signing keys">
      <Trail href={paths.admin}>Administration</Trail>
      <Saved when={saved !== undefined} />
      <h1>Signing keys</h1>
      <p>
        Keys change by themselves every 90 days. A new one is published at{' '}
        <a href={paths.jwks}>{paths.jwks}</a> before it signs; an old one stays there until no token needs it.
      </p>
      {algorithms.map(({ alg, keys, mayRotate }) => (
        <section>
          <h2>{alg}</h2>
          <p class="hint">{uses[alg]}</p>
          <ul class="rows">
            {keys.map((key) => (
              <li>
                <Icon name="key" />
                <div>
                  <code>{key.kid}</code>
                  <p class="hint">
                    {key.status === 'next' ? 'Signs from ' : 'Signs since '}
                    <Time at={key.activeAt} exact />
                    {key.status === 'retired' && '; replaced, still verifies'}
                  </p>
                </div>
                <p class="meta">
                  <span class={key.status === 'current' ? 'tag strong' : 'tag'}>
                    {statusNames[key.status]}
                  </span>
                </p>
              </li>
            ))}
          </ul>
          {site.viewer?.isAdministrator && mayRotate && (
            <p>
              <a class="button secondary" href={paths.rotateKey(alg)}>
                Rotate {alg} now
              </a>
            </p>
          )}
        </section>
      ))}
    </Layout>
  )
}

const statusNames: Record<KeyStatus, string> = { next: 'Next', current: 'Current', retired: 'Retired' }
