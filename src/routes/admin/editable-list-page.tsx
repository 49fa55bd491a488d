import type { Child } from 'hono/jsx'
import { Icon } from '../../ui/icons.tsx'
import { Layout, Trail } from '../../ui/layout.tsx'
import { List, type ListPlace } from '../../ui/list.tsx'
import { Saved } from '../../ui/saved.tsx'
import type { Site } from '../../ui/site.ts'

export interface EditableListPageProps {
  readonly site: Site<'admin'>
  readonly title: string
  /** The purpose of the entries. */
  readonly text: Child
  /** The text of a list without entries. */
  readonly empty?: string
  /** The page of a new entry. */
  readonly add: { readonly href: string; readonly name: string }
  readonly place: ListPlace
  readonly count: number
  /** Defined after an entry was saved. */
  readonly saved: string | undefined
  /** The rows. */
  readonly children?: Child
}

/** A list that administrators add to. Support reads it. */
export function EditableListPage(props: EditableListPageProps) {
  const { site, title, text, add, place, count, saved, children } = props
  return (
    <Layout site={site} title={title}>
      <Trail href={site.paths.admin}>{site.messages.layout.administration}</Trail>
      <Saved when={saved !== undefined} />
      <div class="heading">
        <h1>{title}</h1>
        {site.viewer?.isAdministrator === true && (
          <a class="button" href={add.href}>
            <Icon name="plus" />
            {add.name}
          </a>
        )}
      </div>
      <p>{text}</p>
      <List place={place} count={count} {...(props.empty !== undefined && { empty: props.empty })}>
        {children}
      </List>
    </Layout>
  )
}
