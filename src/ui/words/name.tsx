import type { Child } from 'hono/jsx'
import type { Site } from '../site.ts'

/** A name in a sentence, isolated from it in either writing direction. */
export function Name({ children }: { readonly children?: Child }) {
  return (
    <strong>
      <bdi>{children}</bdi>
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
  const written = <bdi>{name}</bdi>
  return site.viewer?.isAdministrator ? <a href={site.paths.application(id)}>{written}</a> : written
}
