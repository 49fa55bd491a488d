import type { Child } from 'hono/jsx'
import type { LoggedEvent as StoredEvent } from '../../../store/server/audit-log.ts'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { ClientName, Isolated } from '../../../ui/words/name.tsx'
import { deviceName } from '../../../values/device-name.ts'
import { nameOfEvent, sentencesOf } from './event-names.ts'

/** An event as the page shows it, without its place in the chain. */
export type LoggedEvent = Omit<StoredEvent, 'number' | 'seal'>

/** The same act several times, newest first. */
export type Run = readonly [LoggedEvent, ...LoggedEvent[]]

export interface RunProps {
  readonly site: Site<'admin'>
  readonly run: Run
}

/** A detail that the sentence does not contain. */
export function Detail({ site, event }: { readonly site: Site<'admin'>; readonly event: LoggedEvent }) {
  const { type, detail, subjectId, clientId } = event
  if (detail === undefined || detail === subjectId || detail === clientId) return null
  if (textOf(site, type)?.includes('{thing}')) return null
  const isDevice = ['sign_in', 'session_ended', 'user_device_ended'].includes(type)
  return (
    <p class="hint">
      {isDevice ? (
        <span title={detail} translate="no">
          {deviceName(detail, site.messages.devices)} {/\(with [^)]*\)$/.exec(detail)?.[0]}
        </span>
      ) : (
        <code>{detail}</code>
      )}
    </p>
  )
}

/** An event of another release has no sentence. */
function textOf(site: Site<'admin'>, type: string): string | undefined {
  const known: Readonly<Record<string, string>> = sentencesOf(site)
  return known[type]
}

/**
 * The person, the act and its objects, with current names; an event without a sentence, or without a part of it, shows its name,
 * people and objects.
 */
export function Sentence({ site, run }: RunProps) {
  const { audit: t } = site.texts.admin
  const [{ type, userId, username }] = run
  const text = textOf(site, type)
  const actor = userId && <UserName site={site} id={userId} name={username} />
  const user = named(run, 'subjectId', ({ subjectId: id, subjectName: name }) =>
    id === undefined ? undefined : <UserName site={site} id={id} name={name} />,
  )
  const application = named(run, 'clientId', ({ clientId: id, clientName: name }) =>
    id === undefined ? undefined : name === undefined ? (
      <>
        {t.goneClient} (<code>{id}</code>)
      </>
    ) : (
      <ClientName site={site} id={id} name={name} />
    ),
  )
  const thing = named(run, 'detail', ({ detail }) => detail && <Isolated>{detail}</Isolated>)
  const parts: Readonly<Record<string, Child>> = { actor, user, application, thing }
  const names = [...(text?.matchAll(/\{(\w+)\}/g) ?? [])].map(([, name = '']) => name)
  if (text !== undefined && names.every((name) => parts[name])) return <Fill text={text} {...parts} />
  return (
    <>
      <strong>{nameOfEvent(site, type)}</strong>
      <p class="hint">
        {actor && <Fill text={t.by} user={actor} />} {application && <>· {application}</>}{' '}
        {user && (
          <>
            · <Fill text={t.about} user={user} />
          </>
        )}
      </p>
    </>
  )
}

/** At most three different objects of a run, and the number of the others. */
function named(
  run: Run,
  by: 'subjectId' | 'clientId' | 'detail',
  write: (event: LoggedEvent) => Child,
): Child {
  const different = [...new Map(run.map((event) => [event[by], event])).values()]
  const written = different.slice(0, 3).map(write)
  if (!written.every(Boolean)) return undefined
  const more = different.length - written.length
  return (
    <>
      {written.map((one, i) => (
        <>
          {i > 0 && ', '}
          {one}
        </>
      ))}
      {more > 0 && `, +${more}`}
    </>
  )
}

interface UserNameProps {
  readonly site: Site<'admin'>
  readonly id: string
  readonly name: string | undefined
}

function UserName({ site, id, name }: UserNameProps) {
  return name === undefined ? (
    site.texts.admin.audit.gone
  ) : (
    <a href={site.paths.adminUser(id)}>
      <Isolated>{name}</Isolated>
    </a>
  )
}
