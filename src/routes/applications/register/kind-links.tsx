import { type Kind, kinds } from './kinds.ts'

/** Above the form: choosing one fills in what follows from it. */
export function KindLinks({ path, current }: { readonly path: string; readonly current: Kind }) {
  return (
    <nav aria-label="Kind of application" class="radios kinds">
      {kinds.map(({ name, label, means }) => (
        <a
          class="radio"
          href={`${path}?kind=${name}`}
          aria-current={name === current.name ? ('true' as const) : undefined}
        >
          <div>
            <strong>{label}</strong>
            <p class="hint">{means}</p>
          </div>
        </a>
      ))}
    </nav>
  )
}
