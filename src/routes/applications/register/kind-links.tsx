import type { Site } from '../../../ui/site.ts'
import { type Kind, kinds } from './kinds.ts'

/** Above the form: choosing one fills in the matching values. */
export function KindLinks({
  site,
  current,
}: {
  readonly site: Site<'applications'>
  readonly current: Kind
}) {
  const { form, kinds: t } = site.texts.applications
  return (
    <nav aria-label={form.kind} class="radios kinds">
      {kinds.map(({ name }) => (
        <a
          class="radio"
          href={`${site.paths.registerApplication}?kind=${name}`}
          aria-current={name === current.name ? ('true' as const) : undefined}
        >
          <div>
            <strong>{t[name].label}</strong>
            <p class="hint">{t[name].means}</p>
          </div>
        </a>
      ))}
    </nav>
  )
}
