import type { Child } from 'hono/jsx'
import { Icon } from '../../ui/icons.tsx'
import { Layout, Trail } from '../../ui/layout.tsx'
import { List, type ListPlace, RowName, type SortChoice } from '../../ui/list.tsx'
import { Monogram } from '../../ui/monogram.tsx'
import { Saved } from '../../ui/saved.tsx'
import type { Site } from '../../ui/site.ts'
import { savedText } from './saved-text.ts'

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
  /** The orders to choose from. */
  readonly sorts?: readonly SortChoice[]
  /** After an act: the type of its event, or the key of a saved entry. */
  readonly saved: string | undefined
  /** The name of the saved entry, if it is listed. */
  readonly what: string | undefined
  /** The form of the saved entry, with the settings from before. */
  readonly undo: string | undefined
  /** Above the list. */
  readonly above?: Child
  /** The rows. */
  readonly children?: Child
}

/** A list that administrators add to. Support reads it. */
export function EditableListPage(props: EditableListPageProps) {
  const { site, title, text, add, place, count, sorts = [], saved, what, undo, children } = props
  return (
    <Layout site={site} title={title}>
      <Trail href={site.paths.admin}>{site.messages.layout.administration}</Trail>
      <div class="heading">
        <h1>{title}</h1>
        {site.viewer?.isAdministrator === true && (
          <a class="button" href={add.href}>
            <Icon name="plus" />
            {add.name}
          </a>
        )}
      </div>
      <Saved when={saved !== undefined} text={savedText(site, saved)} what={what} undo={undo} />
      <p>{text}</p>
      {props.above}
      <List
        place={place}
        count={count}
        sorts={sorts}
        {...(props.empty !== undefined && { empty: props.empty })}
      >
        {children}
      </List>
    </Layout>
  )
}

export interface IdentifiedListPageProps extends Omit<EditableListPageProps, 'count' | 'sorts' | 'children'> {
  readonly items: readonly { readonly key: string; readonly name: string; readonly identifier: string }[]
  readonly hrefOf: (key: string) => string
}

/** A list of entries with a name and an identifier: APIs, and other servers. */
export function IdentifiedListPage({ items, hrefOf, ...props }: IdentifiedListPageProps) {
  const { viewer, messages } = props.site
  const { name, identifier } = messages.common.sort
  return (
    <EditableListPage
      {...props}
      count={items.length}
      sorts={[
        { value: 'name', label: name },
        { value: 'identifier', label: identifier },
      ]}
    >
      {items.map((item) => (
        <li>
          <Monogram name={item.name} />
          <div>
            <RowName href={viewer?.isAdministrator === true && hrefOf(item.key)}>{item.name}</RowName>
            <p class="hint">
              <code title={item.identifier}>{item.identifier}</code>
            </p>
          </div>
        </li>
      ))}
    </EditableListPage>
  )
}
