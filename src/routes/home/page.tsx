import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export function HomePage({ site }: { readonly site: Site }) {
  const { paths, issuer } = site
  return (
    <Layout site={site} title="Welcome">
      <h1>Latchkey</h1>
      <p>This is an OAuth 2.1 authorization server. People sign in here, and decide what applications may do for them.</p>
      <ul class="ways">
        <li>
          <a href={paths.applications}>Applications</a>: register and manage yours
        </li>
        <li>
          <a href={paths.playground}>Playground</a>: walk through the whole flow
        </li>
      </ul>
      <h2>Endpoints</h2>
      <dl>
        <dt>Issuer</dt>
        <dd>
          <code>{issuer}</code>
        </dd>
        <dt>Metadata</dt>
        <dd>
          <a href={paths.serverMetadata}>{issuer + paths.serverMetadata}</a>
        </dd>
      </dl>
    </Layout>
  )
}
