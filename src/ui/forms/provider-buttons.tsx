import type { Connection } from '../../rules/sign-in/connection.ts'
import { Icon } from '../icons.tsx'
import { FormToken } from '../layout.tsx'
import type { Site } from '../site.ts'
import { fillText } from '../words/fill-text.ts'

export type ConnectionButton = Pick<Connection, 'id' | 'kind' | 'name'>

export interface ProviderButtonsProps {
  readonly site: Site
  /** In their order. */
  readonly connections: readonly ConnectionButton[]
  /** The destination after the sign-in. */
  readonly next: string
  /** A signed-in person has to sign in again. */
  readonly again?: boolean
  /** The id of the one by which somebody signed in last in this browser. */
  readonly lastUsed?: string | undefined
}

/** A form for each: they work without scripts. */
export function ProviderButtons({ site, connections, next, again = false, lastUsed }: ProviderButtonsProps) {
  return (
    <>
      {connections.map(({ id, kind, name }) => (
        <form method="post" action={site.paths.loginWith(id)}>
          <FormToken site={site} />
          <input type="hidden" name="next" value={next} />
          {again && <input type="hidden" name="purpose" value="prove" />}
          {!again && id === lastUsed && <input type="hidden" name="prompt" value="none" />}
          <button type="submit" class="secondary">
            <Icon name={kind} />
            <span>
              {fillText(site.messages.provider.button, { provider: name })}{' '}
              {id === lastUsed && <span class="tag">{site.messages.provider.lastUsed}</span>}
            </span>
          </button>
        </form>
      ))}
    </>
  )
}
