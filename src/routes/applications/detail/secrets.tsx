import type { Client } from '../../../protocol/client.ts'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import type { Site } from '../../../ui/site.ts'

export interface ListedSecret {
  readonly id: string
  readonly createdAt: number
  /** To the hour. */
  readonly lastUsedAt: number | undefined
  readonly expiresAt: number | undefined
  readonly expiresSoon: boolean
}

export interface SecretsProps {
  readonly site: Site
  readonly client: Client
  readonly secrets: readonly ListedSecret[]
  /** Whether there may be one more. */
  readonly mayAdd: boolean
}

/** The secrets that work. None is ever shown again, so they are told apart by their times. */
export function Secrets({ site: { paths }, client, secrets, mayAdd }: SecretsProps) {
  return (
    <section id="secrets">
      <h2>Client secrets</h2>
      {secrets.length === 0 && (
        <p class="empty">There is none: the application can’t get tokens until you make one.</p>
      )}
      {secrets.length > 0 && (
        <ul class="rows">
          {secrets.map((secret) => (
            <li>
              <Icon name="key" />
              <div>
                <strong>
                  Made <Time at={secret.createdAt} exact />
                </strong>
                <p class="hint">
                  {secret.lastUsedAt === undefined ? (
                    'Never used'
                  ) : (
                    <>
                      Last used <Time at={secret.lastUsedAt} exact />
                    </>
                  )}{' '}
                  ·{' '}
                  {secret.expiresAt === undefined ? (
                    'does not expire'
                  ) : (
                    <>
                      expires <Time at={secret.expiresAt} exact />
                    </>
                  )}
                </p>
              </div>
              <p class="meta">
                {secret.expiresSoon && <span class="tag">Expires soon</span>}
                <a
                  class="button secondary small"
                  href={paths.deleteApplicationSecret(client.id, secret.id)}
                  aria-label={`Delete the secret ${secret.id}`}
                >
                  Delete
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
            Make a new secret
          </a>
        </p>
      ) : (
        <p class="hint">
          There can be two at a time. When the application uses the new one, delete the old one.
        </p>
      )}
    </section>
  )
}
