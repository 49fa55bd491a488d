import { AttemptToken, FormToken, Layout } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface PasskeyOfferPageProps {
  readonly site: Site<'account'>
  /** The destination after this page. */
  readonly next: string
  /** For the script: the options for a browser that creates one by itself. */
  readonly options: unknown
  readonly name: string
  readonly attempt: string
}

export function PasskeyOfferPage({ site, next, options, name, attempt }: PasskeyOfferPageProps) {
  const { paths } = site
  const t = site.texts.account.passkeys
  return (
    <Layout site={site} title={t.offer} width="narrow" scripts={['/passkeys/offer.js']}>
      <h1>{t.offer}</h1>
      <p>{t.offerText}</p>
      <form method="post" action={paths.passkeyOffer} class="choices">
        <FormToken site={site} />
        <input type="hidden" name="next" value={next} />
        <a class="button" href={`${paths.newPasskey}?${new URLSearchParams({ next })}`}>
          {t.add}
        </a>
        <button type="submit" class="secondary">
          {t.notNow}
        </button>
      </form>
      {/* Sent only by the script, once a browser has created a passkey without a question. */}
      <form
        method="post"
        action={paths.newPasskey}
        id="passkey"
        data-options={JSON.stringify(options)}
        hidden
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="mediation" value="conditional" />
        <input type="hidden" name="credential" />
        <input type="hidden" name="name" value={name} />
        <input type="hidden" name="next" value={next} />
      </form>
    </Layout>
  )
}
