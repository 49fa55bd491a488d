import { formatDuration } from '../../../protocol/duration.ts'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface SettingsPageProps {
  readonly site: Site
  readonly settings: readonly {
    readonly name: string
    /** Undefined: none, or a secret. */
    readonly value: string | undefined
    readonly isSet: boolean
    readonly isSecret: boolean
  }[]
  /** What each is for, by its name. */
  readonly meanings: Readonly<Record<string, string>>
}

const reference = 'https://github.com/latchkey/latchkey/blob/main/docs/configuration.md'

export function SettingsPage({ site, settings, meanings }: SettingsPageProps) {
  return (
    <Layout site={site} title="Settings">
      <Trail href={site.paths.admin}>Administration</Trail>
      <h1>Settings</h1>
      <p>
        They are variables and secrets of the Worker, and are changed there: in wrangler.toml, with wrangler
        secret put, or in the Cloudflare dashboard. In development they stand in .dev.vars.
      </p>
      <ul class="rows">
        {settings.map(({ name, value, isSet, isSecret }) => (
          <li>
            <Icon name={isSecret ? 'key' : 'settings'} />
            <div>
              <strong>
                <a href={`${reference}#${name.toLowerCase()}`}>{name}</a>
              </strong>
              <p>
                {value === undefined ? unshown(isSet) : <code>{value}</code>}
                {name.endsWith('_LIFETIME') && ` = ${formatDuration(Number(value))}`}
              </p>
              <p class="hint">{withCode(meanings[name] ?? '')}</p>
            </div>
            <p class="meta">
              <span class={isSet ? 'tag strong' : 'tag'}>{isSet ? 'Set here' : 'Default'}</span>
            </p>
          </li>
        ))}
      </ul>
    </Layout>
  )
}

const unshown = (isSet: boolean) => (isSet ? 'Set, and never shown' : 'Not set')

/** What stands between backticks is code. */
function withCode(text: string) {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : <code>{part}</code>))
}
