import type { Child } from 'hono/jsx'
import { type ExplainedPage, explanationUri } from '../rules/refusal.ts'
import { Layout } from './layout.tsx'
import type { Site } from './site.ts'

export interface MessagePageProps {
  readonly site: Site
  readonly title: string
  /** What happened and what to do next, in plain words. */
  readonly children?: Child
  /** The likeliest next step. */
  readonly onward?: Onward | undefined
  /** The error, if the documentation explains it. */
  readonly explained?: ExplainedPage | undefined
}

export interface Onward {
  readonly href: string
  readonly text: string
}

/** One message: an error, or a success. */
export function MessagePage({ site, title, children, onward, explained }: MessagePageProps) {
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
      {explained !== undefined && <Explanation site={site} page={explained} />}
      <p class="reference">
        {site.messages.failure.reference} <code>{site.reference}</code>
      </p>
    </Layout>
  )
}

/** The entry of an error page in the documentation. */
export function Explanation({ site, page }: { readonly site: Site; readonly page: ExplainedPage }) {
  const { failure } = site.messages
  return (
    <p class="hint">
      {failure.refusedDetail} <a href={explanationUri(page)}>{failure.explanation}</a>
    </p>
  )
}
