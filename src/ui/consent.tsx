import type { Child } from 'hono/jsx'
import type { ClientTrust } from '../rules/clients/client.ts'
import type { Lookalike } from '../rules/clients/lookalike.ts'
import type { ShownOwner } from '../rules/clients/owner.ts'
import type { ExplainedDetail } from '../rules/requests/authorization-details.ts'
import type { ScopeDefinition } from '../rules/requests/scope.ts'
import { DetailList, ScopeList } from './forms/requested.tsx'
import { Icon, Mark } from './icons.tsx'
import { AttemptToken, FormToken } from './layout.tsx'
import { ClientMark } from './monogram.tsx'
import type { Site } from './site.ts'
import { Fill } from './words/fill.tsx'
import { Name } from './words/name.tsx'
import { preparedAround } from './words/prepared.ts'

/** The common parts of the pages that ask for consent: in a browser, and on a device. */

export interface AskingClient {
  readonly id: string
  readonly name: string
  /** Hash of its logo, if it has one. */
  readonly logo: string | undefined
}

export function Meeting({ site, client }: { readonly site: Site; readonly client: AskingClient }) {
  return (
    <div class="meeting">
      <ClientMark site={site} id={client.id} name={client.name} logo={client.logo} />
      <Icon name="arrow" />
      <Mark logo={site.brand.logo} />
    </div>
  )
}

/** Why the page is shown again, if it is. */
export function Again({ notice }: { readonly notice: string | undefined }) {
  if (notice === undefined) return null
  return (
    <p class="notice" role="alert">
      <Icon name="warning" />
      <span>{notice}</span>
    </p>
  )
}

interface FromProps {
  readonly site: Pick<Site, 'messages'>
  readonly trust: ClientTrust
  /** The viewer registered it: there is nothing to warn them about. */
  readonly isOwn?: boolean
  /** The owner of the application. */
  readonly children?: Child
}

/** The owner of the application, and how far an administrator trusts it. */
export function From({ site, trust, isOwn = false, children }: FromProps) {
  const { consent } = site.messages
  const isOwnOnly = isOwn && trust === 'unverified'
  return (
    <>
      <p class="hint">
        <span class={trust === 'unverified' ? 'tag' : 'tag strong'}>
          {isOwnOnly ? consent.own : trust === 'first-party' ? consent.firstParty : consent[trust]}
        </span>{' '}
        {children}
      </p>
      {trust === 'unverified' && !isOwn && <p class="hint">{consent.unverifiedHint}</p>}
    </>
  )
}

interface LookalikeNoticeProps {
  readonly site: Site
  readonly lookalike: Lookalike | undefined
}

/** For a client whose name looks like that of a trusted one. */
export function LookalikeNotice({ site, lookalike }: LookalikeNoticeProps) {
  if (lookalike === undefined) return null
  const { consent } = site.messages
  const text = lookalike.of === 'server' ? consent.lookalikeServer : consent.lookalike
  return (
    <p class="notice">
      <Icon name="warning" />
      <span>
        <Fill text={text} name={<bdi>{lookalike.name}</bdi>} />
      </span>
    </p>
  )
}

interface ChoiceFormProps {
  readonly site: Site
  readonly action: string
  /** A fingerprint of everything that the page shows: the answer applies to that. */
  readonly shown: string
  /** Further hidden fields. */
  readonly children?: Child
}

/** Two buttons of equal weight. */
export function ChoiceForm({ site, action, shown, children }: ChoiceFormProps) {
  const { messages, formToken } = site
  const values = { action, formToken, shown, children }
  return <>{preparedAround(['choice'], values, (to) => choiceOf(messages, to))}</>
}

type Choice = Readonly<Record<'action' | 'formToken' | 'shown' | 'children', string>>

function choiceOf({ consent }: Site['messages'], to: Choice) {
  return (
    <form method="post" action={to.action} class="choices consent">
      <FormToken site={to} />
      {to.children}
      <input type="hidden" name="shown" value={to.shown} />
      <button type="submit" name="decision" value="authorize">
        {consent.authorize}
      </button>
      <button type="submit" name="decision" value="cancel">
        {consent.cancel}
      </button>
    </form>
  )
}

export function SignedInAs({ site }: { readonly site: Pick<Site, 'messages' | 'viewer'> }) {
  return <Fill text={site.messages.consent.signedInAs} user={<Name>{site.viewer?.username}</Name>} />
}

/** A request that a person answers elsewhere than in the browser of the application: what the page shows of it. */
export interface WaitingProps {
  readonly client: AskingClient & { readonly trust: ClientTrust; readonly owner: ShownOwner | undefined }
  readonly lookalike: Lookalike | undefined
  readonly place: string | undefined
  readonly granted: readonly ScopeDefinition[]
  /** The authorization details in words. */
  readonly items: readonly ExplainedDetail[]
  /** A fingerprint of everything that was shown: the answer applies to that. */
  readonly shown: string
  readonly attempt: string
}

interface AskElsewhereProps extends WaitingProps {
  readonly site: Site<'start'>
  readonly texts: {
    readonly askHeading: string
    readonly started: string
    readonly startedUnknown: string
  }
  readonly action: string
  /** The field that names the request in the form. */
  readonly name: string
  readonly value: string
  /** Why the page is shown again, if it is. */
  readonly notice?: string | undefined
  /** For comparing with the device or the application. */
  readonly children?: Child
}

const ownerTexts = { name: 'owner', domain: 'ownerDomain', host: 'ownerHost' } as const

/** Which application asks, from where, its access, and the two answers. */
export function AskElsewhere(props: AskElsewhereProps) {
  const { site, texts: t, client, place } = props
  const { device } = site.texts.start
  return (
    <>
      <Meeting site={site} client={client} />
      <h1>
        <Fill text={t.askHeading} application={<bdi>{client.name}</bdi>} />
      </h1>
      <From site={site} trust={client.trust}>
        {client.owner !== undefined && (
          <Fill text={device[ownerTexts[client.owner.kind]]} owner={<bdi>{client.owner.text}</bdi>} />
        )}
      </From>
      <LookalikeNotice site={site} lookalike={props.lookalike} />
      <Again notice={props.notice} />
      <p class="notice">
        <Icon name="warning" />
        <span>
          {place === undefined ? (
            t.startedUnknown
          ) : (
            <Fill text={t.started} place={<strong>{place}</strong>} />
          )}{' '}
          {device.didYou}
        </span>
      </p>
      {props.children}
      <ScopeList site={site} scopes={props.granted} />
      <DetailList items={props.items} />
      <ChoiceForm site={site} action={props.action} shown={props.shown}>
        <AttemptToken attempt={props.attempt} />
        <input type="hidden" name={props.name} value={props.value} />
      </ChoiceForm>
      <p class="hint">
        <SignedInAs site={site} />
      </p>
    </>
  )
}
