import { Icon } from '../../ui/icons.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill } from '../../ui/words/fill.tsx'

export function Greeting({ site, username }: { readonly site: Site<'start'>; readonly username: string }) {
  return (
    <p class="viewer">
      <Icon name="check" />
      <span>
        <Fill text={site.texts.start.home.signedInAs} user={<bdi>{username}</bdi>} />
      </span>
    </p>
  )
}
