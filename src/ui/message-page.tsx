import type { Child } from 'hono/jsx'
import { Layout } from './layout.tsx'
import type { Site } from './site.ts'

export interface MessagePageProps {
  readonly site: Site
  readonly title: string
  /** The event and the next step, in plain words. */
  readonly children?: Child
  /** The likeliest next step. */
  readonly onward?: Onward | undefined
  /** The URL of the entry in the documentation, if the error has one. */
  readonly explanation?: string | undefined
}

export interface Onward {
  readonly href: string
  readonly text: string
}

/** One message: an error, or a success. */
export function MessagePage({ site, title, children, onward, explanation }: MessagePageProps) {
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
      {explanation !== undefined && <Explanation site={site} href={explanation} />}
      <p class="reference">
        {site.messages.failure.reference} <code>{site.reference}</code>
      </p>
    </Layout>
  )
}

/** The entry of an error page in the documentation. */
export function Explanation({ site, href }: { readonly site: Site; readonly href: string }) {
  const { failure } = site.messages
  return (
    <p class="hint">
      {failure.refusedDetail} <a href={href}>{failure.explanation}</a>
    </p>
  )
}
