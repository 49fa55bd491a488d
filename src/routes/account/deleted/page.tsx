import { Signal, signalScript } from '../../../ui/forms/signal.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface DeletedPageProps {
  readonly site: Site<'account'>
  /** For the script: the user whose passkeys were deleted. Undefined when nobody was deleted just now. */
  readonly signal: unknown
}

export function DeletedPage({ site, signal }: DeletedPageProps) {
  const t = site.texts.account.delete
  return (
    <Layout site={site} title={t.done} width="narrow" scripts={signal === undefined ? [] : [signalScript]}>
      {signal !== undefined && <Signal of={signal} />}
      <h1>{t.done}</h1>
      <p>{t.doneText}</p>
      <p>
        <a href={site.paths.home}>{site.messages.failure.home}</a>
      </p>
    </Layout>
  )
}
