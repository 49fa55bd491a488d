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
  const t = site.texts.account.passkeys
  return (
    <Layout site={site} title={t.offer} width="narrow">
      <h1>{t.offer}</h1>
      <p>{t.offerText}</p>
      <form method="post" action={paths.passkeyOffer} class="choices">
        <FormToken site={site} />
        <input type="hidden" name="next" value={next} />
        <a class="button" href={`${paths.newPasskey}?${new URLSearchParams({ next })}`}>
          <Icon name="key" />
          {t.add}
        </a>
        <button type="submit" class="secondary">
          {t.notNow}
        </button>
      </form>
    </Layout>
  )
}
