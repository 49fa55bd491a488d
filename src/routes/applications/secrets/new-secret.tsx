import type { Client } from '../../../rules/clients/client.ts'
import { isStillShown } from '../../../secrets/form-key.ts'
import { hashSecret } from '../../../secrets/secret.ts'
import type { ClientSecret } from '../../../store/clients/secrets.ts'
import type { Site } from '../../../ui/site.ts'
import type { Secret } from '../../../values/secret.ts'
import type { Seconds } from '../../../values/time.ts'
import { SecretPage } from './secret-page.tsx'

/**
 * The page with a secret, which only this answer contains, and which must not be stored: not in a URL, not in the database.
 * Undefined when the form was outdated, or the secret is no longer valid.
 */
export function newSecretPage(
  site: Site<'applications'>,
  client: Client,
  inForce: readonly ClientSecret[],
  { secret, as }: { readonly secret: Secret<'client'>; readonly as: 'registered' | 'saved' | 'made' },
  now: Seconds,
) {
  const { sha256 } = hashSecret(secret)
  const found = inForce.find(({ hash }) => hash.sha256 === sha256)
  if (found === undefined || !isStillShown(found.createdAt, now)) return undefined
  const title = site.texts.applications.secret[as]
  return <SecretPage site={site} title={title} client={client} secret={secret.plain} />
}
