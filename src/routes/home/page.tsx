import { copyScript } from '../../ui/copy.tsx'
import { Endpoints } from '../../ui/endpoints.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'

export function HomePage({ site }: { readonly site: Site }) {
  const { paths, viewer } = site
  return (
    <Layout site={site} title="Welcome" scripts={[copyScript]}>
      <div class="hero">
        <h1>One key to all your applications</h1>
        <p>
          Latchkey is an OAuth 2.1 authorization server on Cloudflare Workers. People sign in here once, and
          decide what each application may do for them. Applications never see a password.
        </p>
        {viewer === undefined ? (
          <p class="actions">
            <a class="button" href={paths.login}>
              Sign in
              <Icon name="arrow" />
            </a>
          </p>
        ) : (
          <p class="viewer">
            <Icon name="check" />
            <span>
              Signed in as <bdi>{viewer.username}</bdi>
            </span>
          </p>
        )}
      </div>
      <Ways>
        <Way href={paths.applications} icon="applications" title="Applications">
          Register yours, get its client ID, look after its addresses and its secret.
        </Way>
        <Way href={paths.playground} icon="play" title="Playground">
          Walk through the whole flow, and see every request and every answer.
        </Way>
        {viewer?.isStaff && (
          <Way href={paths.admin} icon="shield" title="Administration">
            Users and applications of this server.
          </Way>
        )}
      </Ways>
      <h2>Endpoints</h2>
      <Endpoints site={site} />
    </Layout>
  )
}
