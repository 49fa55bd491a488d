import type { Child } from 'hono/jsx'
import type { Site } from '../site.ts'
import { fillText } from '../words/fill.tsx'
import { Name } from '../words/name.tsx'
import { prepared } from '../words/prepared.ts'
import { ConfirmPage } from './confirm-page.tsx'

interface SelectionBarProps {
  readonly site: Site<'admin'>
  /** The buttons, in order. */
  readonly acts: readonly { readonly value: string; readonly label: string }[]
}

/** Acts on the ticked rows of the list above it. The form leads to a page that asks. */
export function SelectionBar({ site, acts }: SelectionBarProps) {
  const t = site.texts.admin.selection
  return (
    <>
      {prepared(['selection', acts], () => (
        <fieldset class="field actions">
          <legend>{t.with}</legend>
          {acts.map(({ value, label }) => (
            <button type="submit" name="act" value={value} class="secondary small">
              {label}
            </button>
          ))}
        </fieldset>
      ))}
    </>
  )
}

interface TickProps {
  readonly site: Site<'admin'>
  readonly id: string
  readonly name: string
}

export function Tick({ site, id, name }: TickProps) {
  const label = fillText(site.texts.admin.selection.select, { name })
  return <input type="checkbox" name="id" value={id} aria-label={label} />
}

export interface SelectionPageProps {
  readonly site: Site<'admin'>
  readonly title: string
  /** The path of the page itself. */
  readonly action: string
  readonly back: string
  readonly act: string
  readonly submit: string
  readonly mild: boolean
  readonly chosen: readonly Chosen[]
  /** Names of the ticked ones that are left out. */
  readonly leftOut: readonly string[]
  readonly attempt: string
  readonly problem?: string | undefined
  /** Further hidden fields. */
  readonly hidden?: Readonly<Record<string, string>>
  /** The consequences. */
  readonly children?: Child
}

interface Chosen {
  readonly id: string
  readonly name: string
  /** A detail that distinguishes it from others with a similar name. */
  readonly detail: Child
}

/** Asks before something is done to several people or applications, and lists them. */
export function SelectionPage(props: SelectionPageProps) {
  const { site, act, chosen, leftOut, hidden, children, ...rest } = props
  const t = site.texts.admin.selection
  const id = chosen.map((one) => one.id).join(' ')
  return (
    <ConfirmPage {...rest} site={site} hidden={{ act, id, ...hidden }}>
      <ul class="lines">
        {chosen.map(({ name, detail }) => (
          <li>
            <Name>{name}</Name>
            <p class="hint">{detail}</p>
          </li>
        ))}
      </ul>
      {children}
      {leftOut.length > 0 && (
        <p class="hint">
          {t.leftOut}{' '}
          {leftOut.map((name, i) => (
            <>
              {i > 0 && ', '}
              <bdi>{name}</bdi>
            </>
          ))}
        </p>
      )}
    </ConfirmPage>
  )
}
