import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { fillText } from '../../../ui/words/fill.tsx'
import { formatDuration } from '../../../values/duration.ts'
import type { Variables } from '../../../variables.ts'

export interface SettingsPageProps {
  readonly site: Site<'admin'>
  readonly settings: readonly {
    readonly name: string
    /** Undefined: none, or a secret. */
    readonly value: string | undefined
    readonly isSet: boolean
    readonly isSecret: boolean
    /** Minimum and maximum, in seconds. */
    readonly range: readonly [number, number] | undefined
    readonly numbers: readonly [number, number] | undefined
  }[]
}

const reference = 'https://github.com/latchkey/latchkey/blob/main/docs/configuration.md'

export function SettingsPage({ site, settings }: SettingsPageProps) {
  const { home, settings: t } = site.texts.admin
  const unshown = (isSet: boolean) => (isSet ? t.secretSet : t.notSet)
  return (
    <Layout site={site} title={home.settings}>
      <Trail href={site.paths.admin}>{site.messages.layout.administration}</Trail>
      <h1>{home.settings}</h1>
      <p>{withCode(t.text)}</p>
      <ul class="rows">
        {settings.map(({ name, value, isSet, isSecret, range, numbers }) => (
          <li>
            <Icon name={isSecret ? 'key' : 'settings'} />
            <div>
              <strong>
                <a href={`${reference}#${name.toLowerCase()}`} translate="no">
                  {name}
                </a>
              </strong>
              <p>
                {value === undefined ? unshown(isSet) : <code>{value}</code>}
                {name.endsWith('_LIFETIME') && ` = ${formatDuration(Number(value))}`}
              </p>
              <p class="hint">
                {withCode(meaningOf(site, name))}
                {range !== undefined && ` ${fillText(t.range, { least: range[0], most: range[1] })}`}
                {numbers !== undefined && ` ${fillText(t.numbers, { least: numbers[0], most: numbers[1] })}`}
              </p>
            </div>
            <p class="meta">
              <span class={isSet ? 'tag strong' : 'tag'}>{isSet ? t.setHere : t.default}</span>
            </p>
          </li>
        ))}
      </ul>
    </Layout>
  )
}

/** A variable without a description does not compile. */
function meaningOf({ texts }: Site<'admin'>, name: string): string {
  const meanings: Readonly<Record<keyof Variables, string>> = texts.admin.settings.meanings
  return new Map(Object.entries(meanings)).get(name) ?? ''
}

/** Text between backticks is code. */
function withCode(text: string) {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : <code>{part}</code>))
}
