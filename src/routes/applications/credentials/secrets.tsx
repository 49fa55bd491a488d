import type { Client } from '../../../rules/clients/client.ts'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'

export interface ListedSecret {
  readonly id: string
  readonly createdAt: number
  /** To the hour. */
  readonly lastUsedAt: number | undefined
  readonly expiresAt: number | undefined
  readonly expiresSoon: boolean
  readonly label: string
  readonly lastFour: string | undefined
}

export interface SecretsProps {
  readonly site: Site<'applications'>
  readonly client: Client
  readonly secrets: readonly ListedSecret[]
  /** Whether one more is allowed. */
  readonly mayAdd: boolean
}

/** The end of a secret, with what its owner calls it. */
function SecretName({ secret: { label, lastFour } }: { readonly secret: ListedSecret }) {
  return (
    <>
      {label !== '' && (
        <>
          <bdi>{label}</bdi>{' '}
        </>
      )}
      <code dir="ltr">lk_…{lastFour}</code>
    </>
  )
}

/** For people who hear the page, and for secrets from before labels and ends were kept. */
function spokenName({ id, label, lastFour }: ListedSecret): string {
  return [label, lastFour === undefined ? id : `…${lastFour}`].filter((part) => part !== '').join(' ')
}

/** The valid secrets. None is ever shown again. */
export function Secrets({ site, client, secrets, mayAdd }: SecretsProps) {
  const { paths } = site
  const t = site.texts.applications.secrets
  const lastUsed = Math.max(...secrets.map(({ lastUsedAt }) => lastUsedAt ?? 0))
  return (
    <section id="secrets">
      <h2>{t.heading}</h2>
      {secrets.length === 0 && <p class="empty">{t.none}</p>}
      {secrets.length > 1 && (
        <p class="notice">
          <Icon name="key" />
          {t.switch}
        </p>
      )}
      {secrets.length > 0 && (
        <ul class="rows">
          {secrets.map((secret) => (
            <li>
              <Icon name="key" />
              <div>
                <strong>
                  <SecretName secret={secret} />
                </strong>
                <p class="hint">
                  <Fill text={t.made} time={<Time at={secret.createdAt} exact />} /> ·{' '}
                  {secret.lastUsedAt === undefined ? (
                    t.neverUsed
                  ) : (
                    <Fill text={t.lastUsed} time={<Time at={secret.lastUsedAt} exact ago />} />
                  )}{' '}
                  ·{' '}
                  {secret.expiresAt === undefined ? (
                    t.noExpiry
                  ) : (
                    <Fill text={t.expiresAt} time={<Time at={secret.expiresAt} exact />} />
                  )}
                </p>
              </div>
              <p class="meta">
                {secret.lastUsedAt === lastUsed && <span class="tag strong">{t.inUse}</span>}
                {secret.expiresSoon && <span class="tag">{t.soon}</span>}
                <a
                  class="button secondary small"
                  href={paths.deleteApplicationSecret(client.id, secret.id)}
                  aria-label={fillText(t.deleteWhat, { id: spokenName(secret) })}
                >
                  {t.delete}
                </a>
              </p>
            </li>
          ))}
        </ul>
      )}
      {mayAdd ? (
        <p>
          <a class="button secondary" href={paths.applicationSecrets(client.id)}>
            <Icon name="plus" />
            {t.make}
          </a>
        </p>
      ) : (
        <p class="hint">{t.two}</p>
      )}
    </section>
  )
}
