import type { Child } from 'hono/jsx'
import { ConfirmPage } from '../../ui/forms/confirm-page.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill } from '../../ui/words/fill.tsx'
import { Name } from '../../ui/words/name.tsx'

interface SuspensionTexts {
  readonly suspend: string
  readonly text: string
  readonly kept: string
  readonly resume: string
  readonly resumeText: string
}

export interface SuspensionPageProps {
  readonly site: Site<'admin'>
  readonly texts: SuspensionTexts
  readonly name: string
  readonly isSuspended: boolean
  readonly action: string
  readonly back: string
  readonly attempt: string
  readonly problem: string | undefined
  /** The consequences of a suspension. */
  readonly children?: Child
}

/** Asks before a person, an application or a provider is suspended, or its suspension ends. */
export function SuspensionPage(props: SuspensionPageProps) {
  const { site, texts: t, isSuspended, children, ...rest } = props
  const { shared } = site.texts.admin
  const name = <Name>{props.name}</Name>
  return (
    <ConfirmPage
      site={site}
      title={isSuspended ? t.resume : t.suspend}
      action={rest.action}
      back={rest.back}
      submit={isSuspended ? shared.resume : shared.suspend}
      hidden={{ suspended: String(!isSuspended) }}
      mild={isSuspended}
      attempt={rest.attempt}
      problem={rest.problem}
    >
      {isSuspended ? (
        <p>
          <Fill text={t.resumeText} name={name} />
        </p>
      ) : (
        <>
          <p>
            <Fill text={t.text} name={name} />
          </p>
          {children}
          <p>{t.kept}</p>
        </>
      )}
    </ConfirmPage>
  )
}
