import type { Child } from 'hono/jsx'
import { Icon, type IconName } from './icons.tsx'

/** Links to related pages. */
export function Ways({ children }: { readonly children?: Child }) {
  return <ul class="ways">{children}</ul>
}

export interface WayProps {
  readonly href: string
  readonly icon: IconName
  readonly title: Child
  readonly count?: string | undefined
  readonly children?: Child
}

export function Way({ href, icon, title, count, children }: WayProps) {
  return (
    <li>
      <Icon name={icon} />
      <h2>
        <a class="cover" href={href}>
          {title}
        </a>
        {count !== undefined && <span class="count">{count}</span>}
      </h2>
      <p>{children}</p>
    </li>
  )
}
