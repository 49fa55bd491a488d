import { SearchForm } from '../../../ui/forms/search-form.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { fillText } from '../../../ui/words/fill.tsx'
import type { Texts } from '../../../ui/words/messages/index.ts'
import { writeNumber } from '../../../ui/words/plural.ts'
import { formatDuration } from '../../../values/duration.ts'
import type { Variables } from '../../../variables.ts'

export interface SettingsPageProps {
  readonly site: Site<'admin'>
  /** The words that are searched for; empty for all settings. */
  readonly search: string
  readonly settings: readonly Setting[]
}

interface Setting {
  readonly name: string
  /** Undefined: none, or a secret. */
  readonly value: string | undefined
  readonly isSet: boolean
  readonly isSecret: boolean
  /** Minimum and maximum, in seconds. */
  readonly range: readonly [number, number] | undefined
  readonly numbers: readonly [number, number] | undefined
}

/** In the order of the page. The first that fits a name is its group; the server has the rest. */
const groups: readonly (readonly [keyof Texts['admin']['settings']['groups'], RegExp])[] = [
  ['people', /^(SIGN_UP|SECOND_FACTOR|SESSIONS|PASSKEYS|CHANGES)/],
  ['applications', /^(APPLICATION|REGISTRATION|INITIAL|CLIENT_|AUTHORIZATIONS|PUSHED|LEAST_PROFILE|DPOP)/],
  ['email', /^MAIL/],
  ['look', /^(BRAND|LANGUAGES)/],
  ['durations', /_(LIFETIME|RETENTION|DELAY)$/],
]

const reference = 'https://github.com/latchkey/latchkey/blob/main/docs/configuration.md'

export function SettingsPage({ site, search, settings }: SettingsPageProps) {
  const { home, settings: t } = site.texts.admin
  const { common } = site.messages
  const path = site.paths.adminSettings
  const wanted = search.toLowerCase()
  const found = settings.filter(({ name }) =>
    [name, meaningOf(site, name)].some((text) => text.toLowerCase().includes(wanted)),
  )
  const groupOf = (name: string) => groups.find(([, pattern]) => pattern.test(name))?.[0] ?? 'server'
  const place = { path, search, after: '', before: [], next: undefined }
  return (
    <Layout site={site} title={home.settings}>
      <Trail href={site.paths.admin}>{site.messages.layout.administration}</Trail>
      <h1>{home.settings}</h1>
      <p>{withCode(t.text)}</p>
      <SearchForm place={place} label={t.find} />
      {found.length === 0 && (
        <p class="empty">
          {common.nothingFound} <a href={path}>{common.showAll}</a>
        </p>
      )}
      {(['server', ...groups.map(([group]) => group)] as const).map((group) => {
        const shown = found.filter(({ name }) => groupOf(name) === group)
        if (shown.length === 0) return null
        return (
          <section>
            <h2>{t.groups[group]}</h2>
            <ul class="rows">
              {shown.map((setting) => (
                <SettingRow site={site} setting={setting} />
              ))}
            </ul>
          </section>
        )
      })}
    </Layout>
  )
}

function SettingRow({ site, setting }: { readonly site: Site<'admin'>; readonly setting: Setting }) {
  const { name, value, isSet, isSecret, range, numbers } = setting
  const t = site.texts.admin.settings
  return (
    <li>
      <Icon name={isSecret ? 'key' : 'settings'} />
      <div>
        <strong>
          <a href={`${reference}#${name.toLowerCase()}`} translate="no">
            {name}
          </a>
        </strong>
        <p>
          {value === undefined ? isSet ? t.secretSet : t.notSet : <code>{value}</code>}
          {range !== undefined && ` = ${formatDuration(Number(value))}`}
        </p>
        <p class="hint">
          {withCode(meaningOf(site, name))}
          {range !== undefined && ` ${boundsOf(t.range, range, (n) => `${n} (${formatDuration(n)})`)}`}
          {numbers !== undefined && ` ${boundsOf(t.numbers, numbers, (n) => writeNumber(n, site.language))}`}
        </p>
      </div>
      <p class="meta">
        <span class={isSet ? 'tag strong' : 'tag'}>{isSet ? t.setHere : t.default}</span>
      </p>
    </li>
  )
}

function boundsOf(
  text: string,
  [least, most]: readonly [number, number],
  format: (n: number) => string,
): string {
  return fillText(text, { least: format(least), most: format(most) })
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
