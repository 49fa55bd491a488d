import { Layout } from './layout.tsx'
import type { Site } from './site.ts'

export interface SigningOutPageProps {
  readonly site: Site
  /** One for each application with front-channel logout. */
  readonly frames: readonly string[]
  readonly destination: string
}

export function SigningOutPage({ site, frames, destination }: SigningOutPageProps) {
  const { signOut: messages } = site.messages
  return (
    <Layout site={site} title={messages.running} width="narrow">
      <h1>{messages.running}</h1>
      <p>{messages.telling}</p>
      {frames.map((source) => (
        // It may run and use its cookies, and can't affect this page or its window.
        <iframe src={source} title={messages.running} sandbox="allow-scripts allow-same-origin" hidden />
      ))}
      <p>
        <a href={destination}>{messages.goOn}</a>
      </p>
    </Layout>
  )
}
