import type { ScopeDefinition } from '../../protocol/scope.ts'
import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface ConsentPageProps {
  readonly site: Site
  /** This page's own URL: the request itself. */
  readonly action: string
  readonly applicationName: string
  readonly ownerName: string
  readonly redirectHost: string
  readonly granted: readonly ScopeDefinition[]
}

export function ConsentPage(props: ConsentPageProps) {
  const { site, action, applicationName, ownerName, redirectHost, granted } = props
  return (
    <Layout site={site} title={`Authorize ${applicationName}`} width="narrow">
      <h1>
        <bdi>{applicationName}</bdi> asks for access
      </h1>
      <p class="from">
        An application of <bdi>{ownerName}</bdi>. It sends you back to <code>{redirectHost}</code>.
      </p>
      <h2>It will be able to</h2>
      <ul class="scopes">
        {granted.map(({ name, description, resource }) => (
          <li>
            {description} <code>{name}</code>
            {resource !== undefined && <span class="hint"> {resource}</span>}
          </li>
        ))}
      </ul>
      <p class="viewer">
        You are signed in as <strong>{site.viewer?.username}</strong>.{' '}
        <a href={`${site.paths.login}?next=${encodeURIComponent(action)}`}>Not you?</a>
      </p>
      <form method="post" action={action} class="choices">
        <FormToken site={site} />
        <button type="submit" name="decision" value="authorize">
          Authorize
        </button>
        <button type="submit" name="decision" value="cancel">
          Cancel
        </button>
      </form>
      <p class="hint">Cancel sends you back without sharing anything.</p>
    </Layout>
  )
}
