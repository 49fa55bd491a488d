import type { ScopeDefinition } from '../../protocol/scope.ts'
import { Icon, Mark } from '../../ui/icons.tsx'
import { FormToken, Layout } from '../../ui/layout.tsx'
import { Monogram } from '../../ui/monogram.tsx'
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
      <div class="meeting">
        <Monogram name={applicationName} />
        <Icon name="arrow" />
        <Mark />
      </div>
      <h1>
        <bdi>{applicationName}</bdi> asks for access
      </h1>
      <p class="hint">
        An application of <bdi>{ownerName}</bdi>. It sends you back to <code>{redirectHost}</code>.
      </p>
      <h2>It will be able to</h2>
      <ul class="scopes">
        {granted.map(({ name, description, resource }) => (
          <li>
            <Icon name="check" />
            <span>
              {description}
              {resource !== undefined && <span class="hint"> {resource}</span>}
            </span>
            <code>{name}</code>
          </li>
        ))}
      </ul>
      <form method="post" action={action} class="choices consent">
        <FormToken site={site} />
        <button type="submit" name="decision" value="authorize">
          Authorize
        </button>
        <button type="submit" name="decision" value="cancel">
          Cancel
        </button>
      </form>
      <p class="hint">Cancel sends you back without sharing anything.</p>
      <p class="hint">
        You are signed in as{' '}
        <strong>
          <bdi>{site.viewer?.username}</bdi>
        </strong>
        . <a href={`${site.paths.login}?next=${encodeURIComponent(action)}`}>Not you?</a>
      </p>
    </Layout>
  )
}
