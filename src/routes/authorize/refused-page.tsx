import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'

/** The way back to the client: by a link, or by a form that posts the answer. */
export type WayBack =
  | { readonly location: string }
  | { readonly action: string; readonly fields: ReadonlyMap<string, string> }

export interface RefusedPageProps {
  readonly site: Site
  readonly applicationName: string
  readonly host: string
  /** The values sent to the client: for its developers. */
  readonly error: string
  readonly description: string
  readonly back: WayBack
}

export function RefusedPage({ site, applicationName, host, error, description, back }: RefusedPageProps) {
  const { failure } = site.messages
  return (
    <Layout site={site} title={failure.refused} width="narrow">
      <h1>{failure.refused}</h1>
      <p>
        <Fill
          text={failure.refusedFact}
          application={<bdi>{applicationName}</bdi>}
          host={<code dir="ltr">{host}</code>}
        />
      </p>
      <p class="hint">{failure.refusedDetail}</p>
      <p lang="en" dir="ltr">
        <code>{error}</code> {description}
      </p>
      <Back label={fillText(failure.refusedBack, { host })} back={back} />
      <p class="reference">
        {failure.reference} <code>{site.reference}</code>
      </p>
    </Layout>
  )
}

/** Back to where the person came from, with the error for the client. */
export function Back({ label, back }: { readonly label: string; readonly back: WayBack }) {
  return 'fields' in back ? (
    <form method="post" action={back.action} class="choices">
      {[...back.fields].map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="secondary">
        {label}
      </button>
    </form>
  ) : (
    <p>
      <a class="button secondary" href={back.location} rel="noreferrer">
        {label}
      </a>
    </p>
  )
}
