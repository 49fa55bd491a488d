import { Time } from '../../../ui/facts.tsx'
import { Signal, signalScript } from '../../../ui/forms/signal.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'

export interface PasskeysPageProps {
  readonly site: Site<'account'>
  /** For the script, which informs the browser. */
  readonly signal: unknown
  readonly passkeys: readonly {
    readonly id: string
    readonly name: string
    readonly isBackedUp: boolean
    readonly createdAt: number
    readonly lastUsedAt: number | undefined
  }[]
}

export function PasskeysPage({ site, signal, passkeys }: PasskeysPageProps) {
  const t = site.texts.account.passkeys
  return (
    <Layout site={site} title={t.title} scripts={[signalScript]}>
      <Signal of={signal} />
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <div class="heading">
        <h1>{t.title}</h1>
        <a class="button" href={site.paths.newPasskey}>
          <Icon name="plus" />
          {t.add}
        </a>
      </div>
      <p>{t.text}</p>
      {passkeys.length === 0 ? (
        <p class="empty">{t.empty}</p>
      ) : (
        <ul class="rows">
          {passkeys.map((passkey) => (
            <li>
              <Monogram name={passkey.name} />
              <div>
                <Name>{passkey.name}</Name>
                <p class="hint">
                  <Fill
                    text={passkey.lastUsedAt === undefined ? t.neverUsed : t.used}
                    at={<Time at={passkey.createdAt} />}
                    last={passkey.lastUsedAt !== undefined && <Time at={passkey.lastUsedAt} />}
                  />
                </p>
              </div>
              <p class="meta">
                {passkey.isBackedUp && <span class="tag">{t.synced}</span>}
                <a
                  href={site.paths.passkeyName(passkey.id)}
                  aria-label={fillText(t.renameWhat, { name: passkey.name })}
                >
                  {t.rename}
                </a>{' '}
                <a
                  href={site.paths.removePasskey(passkey.id)}
                  aria-label={fillText(t.removeWhat, { name: passkey.name })}
                >
                  {t.remove}
                </a>
              </p>
            </li>
          ))}
        </ul>
      )}
    </Layout>
  )
}
