import type { ClientTrust } from '../rules/clients/client.ts'
import type { Site } from './site.ts'

/** The first letter of a name, for the eye; a screen reader reads the name itself. */
export function Monogram({ name }: { readonly name: string }) {
  const [first = ''] = name
  return (
    <span class={`monogram hue${hueOf(name)}`} aria-hidden="true">
      {first.toUpperCase()}
    </span>
  )
}

/** One of four colours, the same for the same name: names that begin alike can be told apart. */
function hueOf(name: string): number {
  let sum = 0
  for (const letter of name) sum += letter.codePointAt(0) ?? 0
  return sum % 4
}

export interface ClientMarkProps {
  readonly site: Site
  readonly id: string
  readonly name: string
  /** Hash of its logo, if it has one. */
  readonly logo: string | undefined
}

/** The picture of an application. It comes from us, never from the application's host. */
export function ClientMark({ site, id, name, logo }: ClientMarkProps) {
  if (logo === undefined) return <Monogram name={name} />
  return <img class="monogram" src={site.paths.logo(id, logo)} alt="" width="40" height="40" />
}

/** For the lists and pages of developers; the consent page says more. */
export function TrustTag({
  texts,
  trust,
}: {
  readonly texts: Site<'applications'>['texts']
  readonly trust: ClientTrust
}) {
  const { words } = texts.applications
  return <span class={trust === 'unverified' ? 'tag' : 'tag strong'}>{words[trust]}</span>
}
