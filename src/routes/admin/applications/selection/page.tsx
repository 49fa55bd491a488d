import type { ClientSelection } from '../../../../acts/clients/selected-clients.ts'
import type { OwnedClient } from '../../../../store/clients/clients.ts'
import { SelectionPage } from '../../../../ui/forms/selection.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'

export interface SelectedClientsPageProps {
  readonly site: Site<'admin' | 'applications'>
  readonly act: ClientSelection
  readonly chosen: readonly OwnedClient[]
  readonly leftOut: readonly OwnedClient[]
  readonly attempt: string
  readonly problem?: string | undefined
}

export function SelectedClientsPage(props: SelectedClientsPageProps) {
  const { site, act, chosen, leftOut, attempt, problem } = props
  const { paths, texts } = site
  const t = texts.admin.selection
  const isDecision = act === 'approve' || act === 'refuse'
  return (
    <SelectionPage
      site={site}
      title={t.applications[act]}
      action={paths.selectedApplications}
      back={isDecision ? `${paths.adminApplications}?approval=waiting` : paths.adminApplications}
      act={act}
      submit={t.acts[act]}
      mild={act === 'resume' || act === 'approve'}
      chosen={chosen.map(({ client, ownerName }) => ({
        id: client.id,
        name: client.name,
        detail: isDecision ? (
          <Addresses uris={client.redirectUris} />
        ) : (
          <Fill text={texts.applications.list.of} owner={<bdi>{ownerName}</bdi>} />
        ),
      }))}
      leftOut={leftOut.map(({ client }) => client.name)}
      hidden={{ seen_at: chosen.map(({ client }) => client.updatedAt).join(' ') }}
      attempt={attempt}
      problem={problem}
    >
      <p>{t.applicationsText[act]}</p>
    </SelectionPage>
  )
}

/** The destinations of its answers: an administrator checks them before approving it. */
function Addresses({ uris }: { readonly uris: readonly string[] }) {
  return (
    <>
      {uris.map((uri) => (
        <>
          <code>{uri}</code>{' '}
        </>
      ))}
    </>
  )
}
