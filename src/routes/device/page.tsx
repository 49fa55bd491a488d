import { AskElsewhere, type WaitingProps } from '../../ui/consent.tsx'
import { Field, type Problem } from '../../ui/forms/fields.tsx'
import { FormPage } from '../../ui/forms/form-page.tsx'
import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'

interface CodePageProps {
  readonly site: Site<'start'>
  readonly typed: string
  readonly attempt: string
  readonly problems?: readonly Problem[]
}

/** Asks for the code on the device's screen. */
export function CodePage({ site, typed, attempt, problems = [] }: CodePageProps) {
  const { device: t } = site.texts.start
  return (
    <FormPage
      site={site}
      title={t.title}
      action={site.paths.device}
      attempt={attempt}
      submit={t.continue}
      width="narrow"
      problems={problems}
      above={<p>{typed === '' ? t.enter : t.compare}</p>}
      after={<p class="hint">{t.neverSent}</p>}
    >
      <Field
        label={t.code}
        name="user_code"
        value={typed}
        required
        autofocus={typed === ''}
        hint={t.codeHint}
        problems={problems}
      />
    </FormPage>
  )
}

interface AskPageProps extends WaitingProps {
  readonly site: Site<'start'>
  readonly code: string
  /** Whether the application has changed since the person agreed. */
  readonly changed: boolean
}

/** Asks whether to approve the device: which application, from where, and its access. */
export function AskPage({ code, changed, ...props }: AskPageProps) {
  const { site, client } = props
  const { device: t } = site.texts.start
  return (
    <Layout site={site} title={fillText(t.askTitle, { application: client.name })} width="narrow">
      <AskElsewhere
        {...props}
        texts={t}
        action={site.paths.device}
        name="user_code"
        value={code}
        notice={changed ? site.messages.consent.changed : undefined}
      >
        <p>
          <Fill
            text={t.shows}
            code={
              <strong>
                <code>{code}</code>
              </strong>
            }
          />
        </p>
      </AskElsewhere>
    </Layout>
  )
}

/** The person is done here; the device continues by itself. */
export function AnsweredPage({
  site,
  answer,
}: {
  readonly site: Site<'start'>
  readonly answer: 'approved' | 'denied'
}) {
  const { device: t } = site.texts.start
  return (
    <Layout site={site} title={t[answer]} width="narrow">
      <h1>{t[answer]}</h1>
      <p>{answer === 'approved' ? t.approvedText : t.deniedText}</p>
      <p>
        <a href={site.paths.accountApplications}>{t.connected}</a>
      </p>
    </Layout>
  )
}
