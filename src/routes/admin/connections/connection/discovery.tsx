import type { ProviderMetadata } from '../../../../rules/sign-in/provider-metadata.ts'
import { Fact, Facts } from '../../../../ui/facts.tsx'
import { Icon } from '../../../../ui/icons.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'

interface DiscoveryProps {
  readonly site: Site<'connections'>
  readonly url: string
  /** Undefined: it could not be read. */
  readonly metadata: ProviderMetadata | undefined
  /** Our address for its logout notices. */
  readonly logoutUri: string
}

export function Discovery({ site, url, metadata, logoutUri }: DiscoveryProps) {
  const t = site.texts.connections.discovery
  const addresses = [
    [t.authorization, metadata?.authorizationEndpoint],
    [t.token, metadata?.tokenEndpoint],
    [t.userinfo, metadata?.userinfoEndpoint],
    [t.keys, metadata?.jwksUri],
  ] as const
  return (
    <section>
      <h2>{t.title}</h2>
      {metadata === undefined ? (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={t.failed} url={<code>{url}</code>} />
          </span>
        </p>
      ) : (
        <Facts>
          {addresses.map(([name, value]) => (
            <Fact name={name}>
              <code>{value ?? '–'}</code>
            </Fact>
          ))}
          <Fact name={t.pkce}>{metadata.pkceMethods?.includes('S256') ? t.pkceYes : t.pkceNo}</Fact>
          <Fact name={t.iss}>{metadata.answersIssuer ? t.issYes : t.issNo}</Fact>
          <Fact name={t.logout}>
            {metadata.signsOut ? <Fill text={t.logoutYes} url={<code>{logoutUri}</code>} /> : t.logoutNo}
          </Fact>
        </Facts>
      )}
    </section>
  )
}
