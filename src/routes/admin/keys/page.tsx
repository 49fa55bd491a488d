import { isSigningAlgorithm, type KeyAlgorithm, type KeyStatus } from '../../../rules/server/signing-keys.ts'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { Saved } from '../../../ui/saved.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { savedText } from '../saved-text.ts'

export interface KeysPageProps {
  readonly site: Site<'admin'>
  readonly algorithms: readonly {
    readonly alg: KeyAlgorithm
    readonly keys: readonly {
      readonly kid: string
      readonly activeAt: number
      readonly status: KeyStatus
      /** Undefined unless it was withdrawn. */
      readonly withdrawnAt: number | undefined
    }[]
    /** False when the next one already signs as soon as it can. */
    readonly mayRotate: boolean
  }[]
  readonly saved: string | undefined
  /** The algorithm of a new key, or the `kid` of a withdrawn one, as in the URL. */
  readonly what: string | undefined
}

export function KeysPage({ site, algorithms, saved, what }: KeysPageProps) {
  const { paths, messages, texts } = site
  const { home, keys: t } = texts.admin
  const jwks = (
    <a href={paths.jwks}>
      <code>{paths.jwks}</code>
    </a>
  )
  const known = algorithms.flatMap(({ alg, keys }) => [alg, ...keys.map(({ kid }) => kid)])
  return (
    <Layout site={site} title={home.keys}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <h1>{home.keys}</h1>
      <Saved
        when={saved !== undefined}
        text={savedText(site, saved)}
        what={known.find((one) => one === what)}
      />
      <p>
        <Fill text={t.text} address={jwks} />
      </p>
      {algorithms.map(({ alg, keys, mayRotate }) => (
        <section>
          <h2 translate="no">{alg}</h2>
          <p class="hint">{t.uses[alg]}</p>
          <ul class="rows">
            {keys.map((key) => (
              <li>
                <Icon name="key" />
                <div>
                  <code>{key.kid}</code>
                  <p class="hint">
                    <Fill
                      text={(isSigningAlgorithm(alg) ? t.signs : t.decrypts)[key.status]}
                      at={<Time at={key.withdrawnAt ?? key.activeAt} exact />}
                    />
                  </p>
                </div>
                <p class="meta">
                  <span class={key.status === 'current' ? 'tag strong' : 'tag'}>{t.status[key.status]}</span>
                  {site.viewer?.isAdministrator && key.status !== 'withdrawn' && (
                    <a
                      class="button secondary small"
                      href={paths.withdrawKey(key.kid)}
                      aria-label={fillText(t.withdrawWhich, { kid: key.kid })}
                    >
                      {t.withdraw}
                    </a>
                  )}
                </p>
              </li>
            ))}
          </ul>
          {site.viewer?.isAdministrator && mayRotate && (
            <p>
              <a class="button secondary" href={paths.rotateKey(alg)}>
                {fillText(t.rotateNow, { alg })}
              </a>
            </p>
          )}
        </section>
      ))}
    </Layout>
  )
}
