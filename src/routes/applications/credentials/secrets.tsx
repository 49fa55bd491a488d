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
}

export interface SecretsProps {
  readonly site: Site<'applications'>
  readonly client: Client
  readonly secrets: readonly ListedSecret[]
  /** Whether one more is allowed. */
  readonly mayAdd: boolean
}

/** The valid secrets. None is ever shown again, so they are identified by their times. */
export function Secrets({ site, client, secrets, mayAdd }: SecretsProps) {
  const { paths } = site
  const t = site.texts.applications.secrets
  return (
    <section id="secrets">
      <h2>{t.heading}</h2>
      {secrets.length === 0 && <p class="empty">{t.none}</p>}
      {secrets.length > 0 && (
        <ul class="rows">
          {secrets.map((secret) => (
            <li>
              <Icon name="key" />
              <div>
                <strong>
                  <Fill text={t.made} time={<Time at={secret.createdAt} exact />} />
                </strong>
                <p class="hint">
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
                {secret.expiresSoon && <span class="tag">{t.soon}</span>}
                <a
                  class="button secondary small"
                  href={paths.deleteApplicationSecret(client.id, secret.id)}
                  aria-label={fillText(t.deleteWhat, { id: secret.id })}
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
