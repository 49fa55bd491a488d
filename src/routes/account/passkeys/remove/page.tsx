import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface RemovePasskeyPageProps {
  readonly site: Site
  readonly id: string
  readonly name: string
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RemovePasskeyPage({ site, id, name, attempt, problem }: RemovePasskeyPageProps) {
  return (
    <ConfirmPage
      site={site}
      title="Remove the passkey"
      action={site.paths.removePasskey(id)}
      back={site.paths.passkeys}
      submit="Remove"
      attempt={attempt}
      problem={problem}
    >
      <p>
        <strong>
          <bdi>{name}</bdi>
        </strong>{' '}
        won’t let you in any more. Delete it on the device, too: it may still be offered there.
      </p>
    </ConfirmPage>
  )
}
