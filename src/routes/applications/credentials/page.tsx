import { usesSecret } from '../../../rules/clients/client.ts'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { CopyCode } from '../../../ui/forms/copy.tsx'
import { ApplicationFrame, type FrameProps } from '../frame.tsx'
import { type ListedSecret, Secrets } from './secrets.tsx'

export interface CredentialsPageProps extends FrameProps {
  readonly secrets: readonly ListedSecret[]
  readonly mayAddSecret: boolean
}

export function CredentialsPage({ secrets, mayAddSecret, ...frame }: CredentialsPageProps) {
  const { site, client } = frame
  const { credentials: t, policy, secret } = site.texts.applications
  return (
    <ApplicationFrame {...frame} tab="credentials">
      <Facts>
        <Fact name={secret.id}>
          <CopyCode id="client_id" value={client.id} what={secret.id} />
        </Fact>
      </Facts>
      {usesSecret(client) ? (
        <Secrets site={site} client={client} secrets={secrets} mayAdd={mayAddSecret} />
      ) : client.type === 'public' ? (
        <p>{t.public}</p>
      ) : (
        <p>
          {t.keys} <a href={site.paths.applicationPolicy(client.id)}>{policy.title}</a>
        </p>
      )}
    </ApplicationFrame>
  )
}
