import type { Child } from 'hono/jsx'
import type { Site } from '../site.ts'

/** A text by somebody else, isolated in either writing direction. In a list it has at most two lines; its title is the whole. */
export function Isolated({ children }: { readonly children?: Child }) {
  return <bdi title={typeof children === 'string' ? children : undefined}>{children}</bdi>
}

/** A name in a sentence. */
export function Name({ children }: { readonly children?: Child }) {
  return (
    <strong>
      <Isolated>{children}</Isolated>
    </strong>
  )
}

export interface ClientNameProps {
  readonly site: Site
  readonly id: string
  readonly name: string
}

/** An application, in the administration. Support sees its name; its page is for administrators. */
export function ClientName({ site, id, name }: ClientNameProps) {
  const written = <Isolated>{name}</Isolated>
  return site.viewer?.isAdministrator ? <a href={site.paths.application(id)}>{written}</a> : written
}
