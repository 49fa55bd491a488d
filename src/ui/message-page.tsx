import type { Child } from 'hono/jsx'
import { Layout } from './layout.tsx'
import type { Site } from './site.ts'

export interface MessagePageProps {
  readonly site: Site
  readonly title: string
  /** What happened and what to do next, in plain words. */
  readonly children?: Child
  /** The likeliest next step. */
  readonly onward?: Onward | undefined
}

export interface Onward {
  readonly href: string
  readonly text: string
}

/** One message: an error, or a success. */
export function MessagePage({ site, title, children, onward }: MessagePageProps) {
  return (
    <Layout site={site} title={title} width="narrow">
      <h1>{title}</h1>
      {children}
      {onward !== undefined && (
        <p class="actions">
          <a class="button" href={onward.href}>
            {onward.text}
          </a>
        </p>
      )}
      <p>
        <a href={site.paths.home}>{site.messages.failure.home}</a>
      </p>
      <p class="reference">
        {site.messages.failure.reference} <code>{site.reference}</code>
      </p>
    </Layout>
  )
}
