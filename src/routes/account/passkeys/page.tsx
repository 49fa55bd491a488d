import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'

export interface PasskeysPageProps {
  readonly site: Site
  readonly passkeys: readonly {
    readonly id: string
    readonly name: string
    readonly isBackedUp: boolean
    readonly createdAt: number
    readonly lastUsedAt: number | undefined
  }[]
}

export function PasskeysPage({ site, passkeys }: PasskeysPageProps) {
  return (
    <Layout site={site} title="Passkeys">
      <Trail href={site.paths.account}>Your account</Trail>
      <div class="heading">
        <h1>Passkeys</h1>
        <a class="button" href={site.paths.newPasskey}>
          <Icon name="plus" />
          Add a passkey
        </a>
      </div>
      <p>
        With a passkey you sign in by your finger, your face or the code of your device, without a password.
        It can’t be guessed, and a page that only looks like this one can’t get it.
      </p>
      {passkeys.length === 0 ? (
        <p class="empty">You have no passkey yet.</p>
      ) : (
        <ul class="rows">
          {passkeys.map((passkey) => (
            <li>
              <Monogram name={passkey.name} />
              <div>
                <strong>
                  <bdi>{passkey.name}</bdi>
                </strong>
                <p class="hint">
                  Added <Time at={passkey.createdAt} />
                  {passkey.lastUsedAt === undefined ? (
                    ', never used'
                  ) : (
                    <>
                      , last used <Time at={passkey.lastUsedAt} />
                    </>
                  )}
                </p>
              </div>
              <p class="meta">
                {passkey.isBackedUp && <span class="tag">Synced</span>}
                <a href={site.paths.passkeyName(passkey.id)} aria-label={`Rename ${passkey.name}`}>
                  Rename
                </a>{' '}
                <a href={site.paths.removePasskey(passkey.id)} aria-label={`Remove ${passkey.name}`}>
                  Remove
                </a>
              </p>
            </li>
          ))}
        </ul>
      )}
    </Layout>
  )
}
