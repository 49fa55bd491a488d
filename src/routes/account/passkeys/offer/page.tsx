import { Icon } from '../../../../ui/icons.tsx'
import { FormToken, Layout } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface PasskeyOfferPageProps {
  readonly site: Site
  /** Where they were on the way to. */
  readonly next: string
}

export function PasskeyOfferPage({ site, next }: PasskeyOfferPageProps) {
  const { paths } = site
  return (
    <Layout site={site} title="Next time without a password?" width="narrow">
      <h1>Next time without a password?</h1>
      <p>
        This device can sign you in by your finger, your face or its code. That is faster than a password, and
        nobody can guess it.
      </p>
      <form method="post" action={paths.passkeyOffer} class="choices">
        <FormToken site={site} />
        <input type="hidden" name="next" value={next} />
        <a class="button" href={`${paths.newPasskey}?${new URLSearchParams({ next })}`}>
          <Icon name="key" />
          Add a passkey
        </a>
        <button type="submit" class="secondary">
          Not now
        </button>
      </form>
    </Layout>
  )
}
