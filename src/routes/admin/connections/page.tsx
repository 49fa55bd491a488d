import type { Connection } from '../../../rules/sign-in/connection.ts'
import { Icon } from '../../../ui/icons.tsx'
import { AttemptToken, FormToken } from '../../../ui/layout.tsx'
import { RowName } from '../../../ui/list.tsx'
import { Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { fillText } from '../../../ui/words/fill.tsx'
import { EditableListPage } from '../editable-list-page.tsx'

export interface ConnectionsPageProps {
  readonly site: Site<'admin' | 'connections'>
  readonly connections: readonly Connection[]
  readonly saved: string | undefined
  /** The one that was saved or moved. */
  readonly savedId: string | undefined
  readonly undo: string | undefined
  readonly attempt: string
  readonly problem: string | undefined
}

/** The form of the order: each button of the list belongs to it. */
const order = 'order'

export function ConnectionsPage(props: ConnectionsPageProps) {
  const { site, connections, saved, savedId, undo, attempt, problem } = props
  const { paths, viewer, texts } = site
  const t = texts.connections.list
  const mayChange = viewer?.isAdministrator === true
  const last = connections.length - 1
  return (
    <EditableListPage
      site={site}
      title={texts.admin.home.connections}
      text={t.text}
      empty={t.none}
      add={{ href: paths.newConnection, name: t.add }}
      place={{ path: paths.adminConnections, search: '', after: '', before: [], next: undefined }}
      count={connections.length}
      saved={saved}
      what={connections.find(({ id }) => id === savedId)?.name}
      undo={undo}
      above={
        mayChange && (
          <>
            <Refused problem={problem} />
            <form id={order} method="post" action={paths.adminConnections}>
              <FormToken site={site} />
              <AttemptToken attempt={attempt} />
            </form>
          </>
        )
      }
    >
      {connections.map(({ id, kind, name, issuer, settings, suspendedAt }, i) => (
        <li>
          <span class="monogram">
            <Icon name={kind} />
          </span>
          <div>
            <RowName href={mayChange && paths.adminConnection(id)}>{name}</RowName>
            {suspendedAt !== undefined && <span class="tag">{t.suspended}</span>}
            <p class="hint">
              <code>{issuer ?? settings.endpoints?.authorization}</code>
            </p>
          </div>
          {mayChange && (
            <p class="meta">
              {i > 0 && <Move name="up" id={id} sign="↑" label={fillText(t.up, { name })} />}
              {i < last && <Move name="down" id={id} sign="↓" label={fillText(t.down, { name })} />}
            </p>
          )}
        </li>
      ))}
    </EditableListPage>
  )
}

interface MoveProps {
  readonly name: 'up' | 'down'
  readonly id: string
  readonly sign: string
  readonly label: string
}

function Move({ name, id, sign, label }: MoveProps) {
  return (
    <button type="submit" form={order} name={name} value={id} class="secondary small" aria-label={label}>
      {sign}
    </button>
  )
}
