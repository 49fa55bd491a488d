import type { Child } from 'hono/jsx'
import { usesSecret } from '../../../rules/clients/client.ts'
import { ApplicationFrame, type FrameProps } from '../frame.tsx'

export function DangerPage(frame: FrameProps) {
  const { site, client } = frame
  const { paths } = site
  const { danger: t, delete: deletion, detail, secrets } = site.texts.applications
  return (
    <ApplicationFrame {...frame} tab="danger">
      <ul class="risks">
        {usesSecret(client) && (
          <Risk title={t.secret} text={t.secretText} href={paths.applicationSecrets(client.id)}>
            {secrets.make}
          </Risk>
        )}
        {site.viewer?.isAdministrator && <Suspension {...frame} />}
        <Risk title={deletion.title} text={t.deleteText} href={paths.deleteApplication(client.id)} isFinal>
          {detail.delete}
        </Risk>
      </ul>
    </ApplicationFrame>
  )
}

/** For administrators: a waiting application is decided on another page. */
function Suspension({ site: { paths, texts }, client }: FrameProps) {
  const { danger: t, detail } = texts.applications
  if (client.approval !== undefined)
    return (
      <Risk title={t.approval} text={t.approvalText} href={paths.approveApplication(client.id)}>
        {detail.review}
      </Risk>
    )
  const isSuspended = client.suspendedAt !== undefined
  return (
    <Risk
      title={isSuspended ? t.resume : t.suspend}
      text={isSuspended ? t.resumeText : t.suspendText}
      href={paths.suspendApplication(client.id)}
      isFinal={!isSuspended}
    >
      {isSuspended ? detail.resume : detail.suspend}
    </Risk>
  )
}

interface RiskProps {
  readonly title: string
  /** The consequences. */
  readonly text: string
  readonly href: string
  readonly isFinal?: boolean
  readonly children?: Child
}

function Risk({ title, text, href, isFinal = false, children }: RiskProps) {
  return (
    <li>
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      <a class={isFinal ? 'button danger' : 'button secondary'} href={href}>
        {children}
      </a>
    </li>
  )
}
