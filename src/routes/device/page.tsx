import type { ClientTrust } from '../../rules/clients/client.ts'
import type { Lookalike } from '../../rules/clients/lookalike.ts'
import type { ShownOwner } from '../../rules/clients/owner.ts'
import type { ExplainedDetail } from '../../rules/requests/authorization-details.ts'
import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import {
  Again,
  type AskingClient,
  ChoiceForm,
  DetailList,
  From,
  LookalikeNotice,
  Meeting,
  ScopeList,
  SignedInAs,
} from '../../ui/consent.tsx'
import { Field, type Problem } from '../../ui/forms/fields.tsx'
import { FormPage } from '../../ui/forms/form-page.tsx'
import { Icon } from '../../ui/icons.tsx'
import { AttemptToken, Layout } from '../../ui/layout.tsx'
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

interface AskPageProps {
  readonly site: Site<'start'>
  readonly code: string
  readonly client: AskingClient & { readonly trust: ClientTrust; readonly owner: ShownOwner | undefined }
  readonly lookalike: Lookalike | undefined
  readonly place: string | undefined
  readonly granted: readonly ScopeDefinition[]
  /** The authorization details in words. */
  readonly items: readonly ExplainedDetail[]
  /** A fingerprint of everything that was shown: the answer applies to that. */
  readonly shown: string
  /** Whether the application has changed since the person agreed. */
  readonly changed: boolean
  readonly attempt: string
}

const ownerTexts = { name: 'owner', domain: 'ownerDomain', host: 'ownerHost' } as const

/** Asks whether to approve the device: which application, from where, and its access. */
export function AskPage({
  site,
  code,
  client,
  lookalike,
  place,
  granted,
  items,
  shown,
  changed,
  attempt,
}: AskPageProps) {
  const { device: t } = site.texts.start
  const { consent } = site.messages
  return (
    <Layout site={site} title={fillText(t.askTitle, { application: client.name })} width="narrow">
      <Meeting site={site} client={client} />
      <h1>
        <Fill text={t.askHeading} application={<bdi>{client.name}</bdi>} />
      </h1>
      <From site={site} trust={client.trust}>
        {client.owner !== undefined && (
          <Fill text={t[ownerTexts[client.owner.kind]]} owner={<bdi>{client.owner.text}</bdi>} />
        )}
      </From>
      <LookalikeNotice site={site} lookalike={lookalike} />
      <Again notice={changed ? consent.changed : undefined} />
      <p class="notice">
        <Icon name="warning" />
        <span>
          {place === undefined ? (
            t.startedUnknown
          ) : (
            <Fill text={t.started} place={<strong>{place}</strong>} />
          )}{' '}
          {t.didYou}
        </span>
      </p>
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
      <ScopeList site={site} scopes={granted} />
      <DetailList items={items} />
      <ChoiceForm site={site} action={site.paths.device} shown={shown}>
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="user_code" value={code} />
      </ChoiceForm>
      <p class="hint">
        <SignedInAs site={site} />
      </p>
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
