import { Time } from '../../../../ui/facts.tsx'
import { List, type ListPlace } from '../../../../ui/list.tsx'
import { Monogram } from '../../../../ui/monogram.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { ClientName } from '../../../../ui/words/name.tsx'

export interface ConnectedProps {
  readonly site: Site<'account' | 'admin'>
  readonly user: { readonly id: string }
  /** The applications that they use. */
  readonly connected: readonly {
    readonly clientId: string
    readonly name: string
    readonly scope: readonly string[]
    readonly grantedAt: number
    readonly lastUsedAt: number | undefined
  }[]
  readonly place: ListPlace
  /** Whether the viewer may end their sessions and access. */
  readonly mayEnd: boolean
}

/** The applications that a person uses. */
export function Connected({ site, user, connected, place, mayEnd }: ConnectedProps) {
  const { paths } = site
  const t = site.texts.admin.user
  if (connected.length === 0 && place.after === '') return <p class="empty">{t.noConnected}</p>
  return (
    <List
      place={place}
      sorts={[{ value: '-granted', label: site.messages.common.sort.granted }]}
      count={connected.length}
    >
      {connected.map((client) => (
        <li>
          <Monogram name={client.name} />
          <div>
            <strong>
              <ClientName site={site} id={client.clientId} name={client.name} />
            </strong>
            <p class="hint">
              <Fill
                text={client.lastUsedAt === undefined ? t.allowed : t.allowedUsed}
                scope={client.scope.join(', ')}
                at={<Time at={client.grantedAt} />}
                used={client.lastUsedAt !== undefined && <Time at={client.lastUsedAt} />}
              />
            </p>
          </div>
          {mayEnd && (
            <p class="meta">
              <a
                class="button secondary small"
                href={paths.endUserAccess(user.id, client.clientId)}
                aria-label={fillText(t.endOf, { name: client.name })}
              >
                {t.end}
              </a>
            </p>
          )}
        </li>
      ))}
    </List>
  )
}
