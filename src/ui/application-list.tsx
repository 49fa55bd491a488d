import type { Child } from 'hono/jsx'
import type { ClientApproval, ClientFilter } from '../rules/clients/client.ts'
import type { ListedClient } from '../rules/clients/owner.ts'
import { Time } from './facts.tsx'
import { copyScript } from './forms/copy.tsx'
import { type Narrowing, SearchForm } from './forms/search-form.tsx'
import { Icon } from './icons.tsx'
import { Layout, Trail } from './layout.tsx'
import { List, type ListPlace, RowName } from './list.tsx'
import { ClientMark, TrustTag } from './monogram.tsx'
import { Done } from './outcome.tsx'
import type { Site } from './site.ts'
import { Fill } from './words/fill.tsx'
import { Isolated } from './words/name.tsx'
import { writeCount } from './words/plural.ts'
import { preparedAround } from './words/prepared.ts'

export interface ApplicationListProps {
  readonly site: Site<'applications'>
  readonly title: string
  readonly place: ListPlace
  /** The filters of the list. */
  readonly filters: readonly ClientFilter[]
  /** Whether there are too many for the chosen order. */
  readonly isUnsorted: boolean
  /** Whether only the beginnings of names were compared. */
  readonly isByBeginning: boolean
  readonly items: readonly ListedClient[]
  /** For lists with applications of several people. */
  readonly showOwner: boolean
  /** For administrators: the waiting clients. */
  readonly queue?: QueueProps
  /** For administrators: what can be done to the ticked rows. */
  readonly selection?: Selection
  /** The viewer's last act on this list. */
  readonly done?: Child
  /** The parent page. */
  readonly trail?: { readonly href: string; readonly name: string }
  /** Under the list, with texts to copy. */
  readonly below?: Child
}

interface Selection {
  /** The page that asks. */
  readonly action: string
  readonly tick: NonNullable<RowProps['tick']>
  readonly bar: Child
}

interface QueueProps {
  /** Number of waiting clients, counted up to `most`. */
  readonly count: number
  readonly most: number
  /** Whether the list shows only these. */
  readonly isShown: boolean
  readonly answered: 'approve' | 'refuse' | undefined
}

/** The list of applications: a developer's own ones, or all of them for administrators. */
export function ApplicationListPage(props: ApplicationListProps) {
  const { site, title, place, filters, isUnsorted, isByBeginning, items, showOwner } = props
  const { queue, selection, done, trail, below } = props
  const { form, list: t } = site.texts.applications
  const { sort } = site.messages.common
  const sorts = [
    { value: 'name', label: sort.name },
    { value: '-created', label: sort.created },
    { value: '-used', label: sort.used },
  ]
  const isEmpty = items.length === 0 && place.search === '' && place.after === '' && (place.show ?? '') === ''
  const list = (
    <List place={place} count={items.length} sorts={sorts} none={t.none} foot={selection?.bar}>
      {items.map((item) => (
        <Row site={site} client={item} showOwner={showOwner} tick={selection?.tick} />
      ))}
    </List>
  )
  return (
    <Layout site={site} title={title} scripts={below === undefined ? [] : [copyScript]}>
      {trail !== undefined && <Trail href={trail.href}>{trail.name}</Trail>}
      <div class="heading">
        <h1>{title}</h1>
        {site.viewer?.registers && (
          <a class="button" href={site.paths.registerApplication}>
            <Icon name="plus" />
            {form.register}
          </a>
        )}
      </div>
      {done}
      {queue !== undefined && <Queue site={site} queue={queue} />}
      {isEmpty && queue?.isShown === true ? (
        <p class="empty">{t.noneWaits}</p>
      ) : isEmpty ? (
        <p class="empty">{site.viewer?.registers ? t.empty : t.emptyRole}</p>
      ) : (
        <>
          <SearchForm place={place} label={t.find} narrowing={narrowingOf(site, filters)} />
          {isUnsorted && <p class="hint">{t.unsorted}</p>}
          {isByBeginning && <p class="hint">{t.byBeginning}</p>}
          {selection === undefined ? (
            list
          ) : (
            <form method="get" action={selection.action}>
              {list}
            </form>
          )}
        </>
      )}
      {below}
    </Layout>
  )
}

function narrowingOf({ texts }: Site<'applications'>, filters: readonly ClientFilter[]): Narrowing {
  const { words, list: t } = texts.applications
  const choices = filters.map((value) => ({
    value,
    label: { ...words, ...t.filters }[value],
  }))
  return { label: t.show, all: t.everything, choices }
}

function Queue({ site, queue }: { readonly site: Site<'applications'>; readonly queue: QueueProps }) {
  const { list: t } = site.texts.applications
  const { count, most, isShown, answered } = queue
  const path = site.paths.adminApplications
  return (
    <>
      {answered !== undefined && <Done>{answered === 'approve' ? t.approved : t.refused}</Done>}
      {isShown ? (
        <p>
          {t.queue} <a href={path}>{t.all}</a>
        </p>
      ) : (
        count > 0 && (
          <p class="notice">
            <Icon name="clock" />
            <a href={`${path}?approval=waiting`}>
              <Fill text={t.waiting} number={writeCount(count, most, site.language)} />
            </a>
          </p>
        )
      )}
    </>
  )
}

interface RowProps {
  readonly site: Site<'applications'>
  readonly client: ListedClient
  readonly showOwner: boolean
  readonly tick: ((id: string, name: string) => Child) | undefined
}

/** An administrator keeps the applications that registered or published themselves, and had no part in it. */
function Origin({ site, client }: Pick<RowProps, 'site' | 'client'>) {
  const { list: t } = site.texts.applications
  if (client.registeredBy === 'itself') return t.ofItself
  const isPublished = client.registeredBy === 'document'
  const owner = isPublished ? new URL(client.id).host : client.ownerName
  return <Fill text={isPublished ? t.ofHost : t.of} owner={<Isolated>{owner}</Isolated>} />
}

/** An application in a list. Only its own facts are put into it: the rest of it was made once. */
function Row({ site, client, showOwner, tick }: RowProps) {
  const { paths } = site
  const { id, name, lastUsedAt } = client
  const isAdministrator = site.viewer?.isAdministrator === true
  const isReviewed = isAdministrator && client.approval === 'waiting'
  const values = {
    tick: tick?.(id, name),
    mark: <ClientMark site={site} id={id} name={name} logo={client.logo} />,
    href: isReviewed ? paths.approveApplication(id) : paths.application(id),
    id,
    name,
    origin: showOwner && <Origin site={site} client={client} />,
    time: lastUsedAt !== undefined && <Time at={lastUsedAt} ago />,
  }
  const kind: RowKind = {
    mayOpen: !showOwner || isAdministrator,
    showOwner,
    isUsed: lastUsedAt !== undefined,
    type: client.type,
    trust: client.trust,
    approval: client.suspendedAt === undefined ? undefined : (client.approval ?? 'suspended'),
    pkceOptional: client.pkceOptional,
  }
  const { texts } = site
  return (
    <>
      {preparedAround(['application', kind], values, (to) => (
        <RowFrame {...{ texts, kind, to }} />
      ))}
    </>
  )
}

/** The facts that the rows of many applications share. */
interface RowKind extends Pick<ListedClient, 'type' | 'trust' | 'pkceOptional'> {
  readonly mayOpen: boolean
  readonly showOwner: boolean
  readonly isUsed: boolean
  /** Undefined unless it is suspended. */
  readonly approval: ClientApproval | 'suspended' | undefined
}

interface RowFrameProps {
  readonly texts: Site<'applications'>['texts']
  readonly kind: RowKind
  readonly to: Readonly<Record<'tick' | 'mark' | 'href' | 'id' | 'name' | 'origin' | 'time', string>>
}

function RowFrame({ texts, kind, to }: RowFrameProps) {
  const { words, list: t } = texts.applications
  return (
    <li>
      {to.tick}
      {to.mark}
      <div>
        <RowName href={kind.mayOpen && to.href}>{to.name}</RowName>
        <p class="hint">
          <code>{to.id}</code>
        </p>
      </div>
      <p class="meta">
        {kind.approval !== undefined && <span class="tag">{words[kind.approval]}</span>}
        {kind.pkceOptional && <span class="tag">{t.noPkce}</span>}
        {kind.trust !== 'unverified' && <TrustTag texts={texts} trust={kind.trust} />}
        <span class="tag">{words[kind.type]}</span>
        {kind.showOwner && <span>{to.origin}</span>}
        {kind.isUsed ? (
          <span>
            <Fill text={t.lastUsed} time={to.time} />
          </span>
        ) : (
          t.neverUsed
        )}
      </p>
    </li>
  )
}
