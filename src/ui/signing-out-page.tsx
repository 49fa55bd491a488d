import { Layout } from './layout.tsx'
import type { Site } from './site.ts'

export interface SigningOutPageProps {
  readonly site: Site
  /** One for each application that wants to hear of it from the browser. */
  readonly frames: readonly string[]
  readonly destination: string
}

export function SigningOutPage({ site, frames, destination }: SigningOutPageProps) {
  return (
    <Layout site={site} title="Signing out" width="narrow">
      <h1>Signing you out</h1>
      <p>The applications that you used are told. This takes two seconds.</p>
      {frames.map((source) => (
        <iframe src={source} title="Signing out of an application" hidden />
      ))}
      <p>
        <a href={destination}>Go on</a>
      </p>
    </Layout>
  )
}
